using System.Globalization;
using System.Text;
using System.Text.Json;
using TrendingMail.Papers.Sources.HuggingFace;

namespace TrendingMail.Papers.Sources.Files;

/// <summary>
/// Parses a file of papers: JSON (an array, an object with an array under <c>data</c> or <c>papers</c>, or a single
/// paper) or JSON Lines (https://jsonlines.org), detected by content. Each entry has Hugging Face's format, with a
/// nested <c>paper</c> object, or the plain format. Invalid entries and lines are skipped and reported by number.
/// </summary>
internal static class PaperFile
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <param name="utf8">The contents of the file.</param>
    /// <param name="day">The listing day of entries that do not state one.</param>
    /// <exception cref="TrendingMailException">The content is neither format.</exception>
    public static FetchResult Read(ReadOnlyMemory<byte> utf8, DateOnly? day)
    {
        var text = WithoutByteOrderMark(utf8);
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return Read(Entries(document.RootElement), "entry", day);
        }
        catch (JsonException e)
        {
            return ReadLines(text, day) ?? throw new TrendingMailException(
                $"not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})", e);
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

            list = root.TryGetProperty("data", out var data) ? data : root.TryGetProperty("papers", out var papers)
                ? papers : root;
        }

        return list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select((entry, i) => (i + 1, entry))
            : throw new TrendingMailException("no list of papers found (expected a JSON array)");
    }

    /// <summary>Null if no line is a JSON object, that is, if the file is not JSON Lines.</summary>
    private static FetchResult? ReadLines(ReadOnlyMemory<byte> utf8, DateOnly? day)
    {
        var text = Encoding.UTF8.GetString(utf8.Span);
        if (text.TrimStart().StartsWith('['))
        {
            return null;
        }

        var papers = new List<ListedPaper>();
        var problems = new List<string>();
        var number = 0;
        var hasObject = false;
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
                hasObject |= document.RootElement.ValueKind == JsonValueKind.Object;
                var reading = Read([(number, document.RootElement)], "line", day);
                papers.AddRange(reading.Papers);
                problems.AddRange(reading.Problems);
            }
            catch (JsonException e)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture,
                    $"line {number}: not valid JSON (byte {e.BytePositionInLine + 1})"));
            }
        }

        return hasObject ? new FetchResult(papers, problems) : null;
    }

    private static FetchResult Read(
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

        return new FetchResult(papers, problems);
    }

    private static bool IsPlain(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && !entry.TryGetProperty("paper", out _);

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> utf8) =>
        utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
}
