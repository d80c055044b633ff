using System.Text;
using System.Text.Json;
using TrendingMail.Subscribers.Import.Columns;
using TrendingMail.Subscribers.Import.Lines;

namespace TrendingMail.Subscribers.Import.Files;

/// <summary>Reads a list as JSON Lines.</summary>
/// <param name="onDetected">Called with the columns, once the first object has been read.</param>
internal sealed class JsonListReader(Stream stream, ImportFileOptions options, Action<ImportColumns> onDetected)
{
    private readonly ImportValues fields = new();
    private readonly Dictionary<string, ImportField?> known = new(StringComparer.OrdinalIgnoreCase);
    private ImportColumns? columns;

    public IEnumerable<ImportLine> Read(Preferences defaults)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        ImportLineParser? parser = null;
        var offset = 0L;
        for (var number = 1L; ImportFile.WithErrorContext(reader.ReadLine) is { } text; number++)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            yield return TryReadFields(text, number)
                ? (parser ??= new ImportLineParser(defaults, columns!.Layout)).ParseLine(fields, number, offset)
                : new ImportLine(number, offset, null, "The line is not a JSON object.");
            offset += text.Length + 1;
        }
    }

    private bool TryReadFields(string text, long number)
    {
        fields.Clear();
        try
        {
            using var document = JsonDocument.Parse(text);
            var properties = document.RootElement.EnumerateObject().ToArray();
            if (columns is null)
            {
                columns = ImportColumns.Detect(
                    [.. properties.Select(property => property.Name)], options.Map, options.Ignored, isComplete: false);
                onDetected(columns);
            }

            foreach (var property in properties)
            {
                Add(property.Name, ToText(property.Value), number);
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Properties may differ between lines: each new one is checked as the columns of a header are.</summary>
    private void Add(string name, string value, long number)
    {
        if (!known.TryGetValue(name, out var field))
        {
            field = columns!.FindField(name) ?? (columns.Unused.Contains(name.Trim()) ? null : columns.Add(name));
            known[name] = field;
        }

        if (field is { } used)
        {
            fields.Add(used, value);
        }
        else if (ImportStates.IsOptOut(value) && columns!.IsWatched(name))
        {
            throw ImportColumns.UnusedStatus($"The property '{name}' says '{value}' in line {number}", name);
        }
    }

    private static string ToText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };
}
