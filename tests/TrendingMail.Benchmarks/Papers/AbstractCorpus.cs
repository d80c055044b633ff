using System.IO.Compression;
using System.Text.Json;

namespace TrendingMail.Benchmarks.Papers;

/// <summary>A paper's title and texts as its source gave them.</summary>
internal sealed record RawPaper(string Title, IReadOnlyList<string> Texts);

/// <summary>
/// Reads raw titles and abstracts: <c>*.jsonl.gz</c> with one object a line, or stored answers of Hugging Face's
/// <c>daily_papers</c> (<c>*.json</c>).
/// </summary>
internal static class AbstractCorpus
{
    public static IEnumerable<RawPaper> Read(string path) => path.EndsWith(".gz", StringComparison.Ordinal)
        ? ReadLines(path)
        : Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal).SelectMany(ReadDay);

    private static IEnumerable<RawPaper> ReadLines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            if (Parse(json.RootElement) is { } paper)
            {
                yield return paper;
            }
        }
    }

    private static IEnumerable<RawPaper> ReadDay(string path)
    {
        using var day = JsonDocument.Parse(File.ReadAllBytes(path));
        if (day.RootElement.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var entry in day.RootElement.EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("paper", out var inner)
                && inner.ValueKind == JsonValueKind.Object && Parse(inner) is { } paper)
            {
                yield return paper;
            }
        }
    }

    private static RawPaper? Parse(JsonElement paper) => Text(paper, "title") is not { } title ? null : new RawPaper(
        title,
        [title, .. new[] { "abstract", "summary", "ai_summary" }.Select(name => Text(paper, name)).OfType<string>()]);

    private static string? Text(JsonElement paper, string name) =>
        paper.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
