using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TrendingMail.Papers.Files;

/// <summary>
/// Papers in a file: JSON (a list, or an object that holds it under <c>data</c> or <c>papers</c>, or one paper) or JSON
/// Lines (https://jsonlines.org), which is told by the content. Each entry has Hugging Face's shape, with a
/// <c>paper</c> object in it, or the plain one. An entry or a line that cannot be read is set aside with its number.
/// </summary>
internal static class PaperFile
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <param name="utf8">The whole file.</param>
    /// <param name="day">The day of the listing, for entries that name none.</param>
    /// <exception cref="TrendingMailException">It is neither.</exception>
    public static SourceReading Read(ReadOnlyMemory<byte> utf8, DateOnly? day)
    {
        var text = WithoutMark(utf8);
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return Read(Entries(document.RootElement), "entry", day);
        }
        catch (JsonException e)
        {
            return ReadLines(text, day) ?? throw new TrendingMailException(
                $"it is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})", e);
        }
    }

    private static IEnumerable<(int Number, JsonElement Entry)> Entries(JsonElement root)
    {
        var list = root;
        if (root.ValueKind == JsonValueKind.Object)
        {
            if (root.TryGetProperty("title", out _) || root.TryGetProperty("paper", out _))
            {
                return [(1, root)];
            }

            list = root.TryGetProperty("data", out var data) ? data : root.TryGetProperty("papers", out var papers) ? papers : root;
        }

        return list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select((entry, i) => (i + 1, entry))
            : throw new TrendingMailException("it holds no list of papers (a JSON array was expected)");
    }

    /// <summary>Null where no line is a JSON object: then it was not meant as JSON Lines.</summary>
    private static SourceReading? ReadLines(ReadOnlyMemory<byte> utf8, DateOnly? day)
    {
        var text = Encoding.UTF8.GetString(utf8.Span);
        if (text.TrimStart().StartsWith('['))
        {
            return null;
        }

        var papers = new List<ListedPaper>();
        var problems = new List<string>();
        var number = 0;
        var any = false;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                using var document = JsonDocument.Parse(line, Options);
                any |= document.RootElement.ValueKind == JsonValueKind.Object;
                var reading = Read([(number, document.RootElement)], "line", day);
                papers.AddRange(reading.Papers);
                problems.AddRange(reading.Problems);
            }
            catch (JsonException e)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture,
                    $"line {number}: is not valid JSON (byte {e.BytePositionInLine + 1})"));
            }
        }

        return any ? new SourceReading(papers, problems) : null;
    }

    private static SourceReading Read(
        IEnumerable<(int Number, JsonElement Entry)> entries, string unit, DateOnly? day)
    {
        var papers = new List<ListedPaper>();
        var problems = new List<string>();
        foreach (var (number, entry) in entries)
        {
            var (paper, problem) = IsPlain(entry)
                ? PlainJson.ReadEntry(entry, day)
                : HuggingFaceJson.ReadEntry(entry, day);
            if (paper is not null)
            {
                papers.Add(paper);
            }
            else
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{unit} {number}: {problem}"));
            }
        }

        return new SourceReading(papers, problems);
    }

    private static bool IsPlain(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && !entry.TryGetProperty("paper", out _);

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> utf8) =>
        utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
}
