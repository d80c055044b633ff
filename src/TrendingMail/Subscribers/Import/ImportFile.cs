using System.Text;
using System.Text.Json;
using CsvHelper;

namespace TrendingMail.Subscribers.Import;

/// <summary>Streams a subscriber list: CSV (RFC 4180, also with semicolons or tabs) or JSON Lines.</summary>
public sealed class ImportFile
{
    /// <summary>A longer record means damage, such as an unclosed quote.</summary>
    private const int MaximumRecordBytes = 1 << 20;

    private static readonly int FieldCount = Enum.GetValues<ImportField>().Length;

    private readonly Stream stream;
    private readonly bool isJson;
    private readonly IReadOnlyDictionary<string, ImportField> map;

    /// <param name="stream">Read once, from its current position.</param>
    /// <param name="isJson">Whether the file is JSON Lines instead of CSV.</param>
    /// <param name="map">Fields by column name, for columns that are not recognized.</param>
    public ImportFile(Stream stream, bool isJson, IReadOnlyDictionary<string, ImportField> map) =>
        (this.stream, this.isJson, this.map) = (stream, isJson, map);

    /// <summary>See <see cref="ImportColumns.Origin"/>. Known once the first line has been read.</summary>
    public string Origin { get; private set; } = "plain";

    /// <exception cref="TrendingMailException">The file is not a subscriber list.</exception>
    public IEnumerable<ImportLine> Read(Preferences defaults) => isJson ? ReadJson(defaults) : ReadCsv(defaults);

    private IEnumerable<ImportLine> ReadCsv(Preferences defaults)
    {
        using var reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            TrackLineNumbers = true,
            MaxRecordSize = MaximumRecordBytes,
            PoolStrings = true,
        });
        var header = WithErrorContext(() =>
        {
            reader.ReadHeader();
            return reader.Headers;
        });
        var columns = ImportColumns.Detect([.. header], map);
        Origin = columns.Origin;
        var bindings = header.Select((name, column) => (Field: columns.FindField(name), Column: column))
            .Where(binding => binding.Field is not null)
            .Select(binding => (Field: (int)binding.Field!.Value, binding.Column))
            .ToArray();
        var parser = new ImportLineParser(defaults, Origin);
        var fields = new string?[FieldCount];
        while (WithErrorContext(reader.Read))
        {
            Array.Clear(fields);
            foreach (var (field, column) in bindings)
            {
                // If several columns map to the same field, such as two IP addresses, the first non-empty one wins.
                if (string.IsNullOrEmpty(fields[field]) && column < reader.FieldCount)
                {
                    fields[field] = reader.GetString(column);
                }
            }

            yield return ParseLine(parser, fields, reader.LineNumber, reader.ByteOffset);
        }
    }

    private IEnumerable<ImportLine> ReadJson(Preferences defaults)
    {
        // All lines have the same property names, so the first one identifies the format.
        using var reader = new StreamReader(stream, Encoding.UTF8);
        ImportLineParser? parser = null;
        ImportColumns? columns = null;
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
                columns ??= ImportColumns.Detect([.. names.Select(property => property.Name)], map);
                Origin = columns.Origin;
                foreach (var property in names)
                {
                    if (columns.FindField(property.Name) is { } field)
                    {
                        fields[(int)field] = property.Value.ValueKind == JsonValueKind.String
                            ? property.Value.GetString()
                            : property.Value.ValueKind == JsonValueKind.Null ? null : property.Value.GetRawText();
                    }
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                fault = "The line is not a JSON object.";
            }

            yield return fault is null
                ? ParseLine(parser ??= new ImportLineParser(defaults, Origin), fields, number, offset)
                : new ImportLine(number, offset, null, fault);
            offset += text.Length + 1;
        }
    }

    private static ImportLine ParseLine(ImportLineParser parser, string?[] fields, long number, long offset)
    {
        try
        {
            return new ImportLine(number, offset, parser.Parse(fields), null);
        }
        catch (FormatException e)
        {
            return new ImportLine(number, offset, null, e.Message);
        }
    }

    private static T WithErrorContext<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvFormatException e)
        {
            throw new TrendingMailException(
                $"Cannot read the rest of the list: {e.Message} Check for an unclosed quote.", e);
        }
    }
}
