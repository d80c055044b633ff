using System.Text;
using System.Text.Json;
using CsvHelper;

namespace TrendingMail.Subscribers.Import;

/// <summary>Reads a list line by line, however long it is: CSV (RFC 4180, also with semicolons or tabs), or JSON Lines.</summary>
public sealed class ListFile
{
    /// <summary>Longer ones are damage, such as a quote that is never closed.</summary>
    private const int MaximumRecord = 1 << 20;

    private static readonly int FieldCount = Enum.GetValues<ListField>().Length;

    private readonly Stream stream;
    private readonly bool isJson;
    private readonly IReadOnlyDictionary<string, ListField> map;

    /// <param name="stream">Read once, from where it stands.</param>
    /// <param name="isJson">JSON Lines; else CSV.</param>
    /// <param name="map">Field by column's name, for columns that are not recognised.</param>
    public ListFile(Stream stream, bool isJson, IReadOnlyDictionary<string, ListField> map) =>
        (this.stream, this.isJson, this.map) = (stream, isJson, map);

    /// <summary>Whose list it looks like, see <see cref="ListColumns.Origin"/>; known when the first line has been read.</summary>
    public string Origin { get; private set; } = "plain";

    /// <exception cref="TrendingMailException">The file is no list at all.</exception>
    public IEnumerable<ListLine> Read(Preferences defaults) => isJson ? ReadJson(defaults) : ReadCsv(defaults);

    private IEnumerable<ListLine> ReadCsv(Preferences defaults)
    {
        using var reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            TrackLineNumbers = true,
            MaxRecordSize = MaximumRecord,
            PoolStrings = true,
        });
        var header = Explained(() =>
        {
            reader.ReadHeader();
            return reader.Headers;
        });
        var columns = ListColumns.Of([.. header], map);
        Origin = columns.Origin;
        var places = header.Select((name, column) => (Field: columns.FieldOf(name), Column: column))
            .Where(place => place.Field is not null)
            .Select(place => (Field: (int)place.Field!.Value, place.Column))
            .ToArray();
        var parser = new ReaderParser(defaults, Origin);
        var fields = new string?[FieldCount];
        while (Explained(reader.Read))
        {
            Array.Clear(fields);
            foreach (var (field, column) in places)
            {
                // Of two columns for the same, such as two networks, the first that says anything counts.
                if (string.IsNullOrEmpty(fields[field]) && column < reader.FieldCount)
                {
                    fields[field] = reader.GetString(column);
                }
            }

            yield return Line(parser, fields, reader.LineNumber, reader.ByteOffset);
        }
    }

    private IEnumerable<ListLine> ReadJson(Preferences defaults)
    {
        // The names are the same in each line, so the first one tells whose list it is.
        using var reader = new StreamReader(stream, Encoding.UTF8);
        ReaderParser? parser = null;
        ListColumns? columns = null;
        var fields = new string?[FieldCount];
        var offset = 0L;
        for (var number = 1L; reader.ReadLine() is { } text; number++)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            Array.Clear(fields);
            string? fault = null;
            try
            {
                using var document = JsonDocument.Parse(text);
                var names = document.RootElement.EnumerateObject().ToArray();
                columns ??= ListColumns.Of([.. names.Select(property => property.Name)], map);
                Origin = columns.Origin;
                foreach (var property in names)
                {
                    if (columns.FieldOf(property.Name) is { } field)
                    {
                        fields[(int)field] = property.Value.ValueKind == JsonValueKind.String
                            ? property.Value.GetString()
                            : property.Value.ValueKind == JsonValueKind.Null ? null : property.Value.GetRawText();
                    }
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                fault = "This is no JSON object.";
            }

            yield return fault is null
                ? Line(parser ??= new ReaderParser(defaults, Origin), fields, number, offset)
                : new ListLine(number, offset, null, fault);
            offset += text.Length + 1;
        }
    }

    private static ListLine Line(ReaderParser parser, string?[] fields, long number, long offset)
    {
        try
        {
            return new ListLine(number, offset, parser.Parse(fields), null);
        }
        catch (FormatException e)
        {
            return new ListLine(number, offset, null, e.Message);
        }
    }

    private static T Explained<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvFormatException e)
        {
            throw new TrendingMailException($"The list cannot be read any further: {e.Message} Is a quote not closed?", e);
        }
    }
}
