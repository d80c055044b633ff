using System.Globalization;

namespace TrendingMail.Papers.Sources.Files;

/// <summary>Reads papers from a local file; see <see cref="PaperFile"/> for the formats.</summary>
public sealed class FileSource(string path) : IPaperSource
{
    public string Name => nameof(SourceKind.File);

    /// <summary>The papers that the file lists for a day, including those without a listing day.</summary>
    public async Task<FetchResult> FetchAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var reading = await ReadAllAsync(path, day, cancellationToken);
        return reading with
        {
            Papers = [.. reading.Papers.Where(paper => paper.ListedOn == day)],
            Entries = reading.Papers.Count + reading.Problems.Count,
        };
    }

    /// <summary>
    /// All papers of a file. An entry's listing day is the one it states, else <paramref name="day"/>, else the date at
    /// the start of the file name (2024-06-03.json).
    /// </summary>
    /// <exception cref="TrendingMailException">The file cannot be opened, or it contains no list of papers.</exception>
    public static async Task<FetchResult> ReadAllAsync(string path, DateOnly? day, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return await ReadAllAsync(file, path, day ?? ParseDay(path), cancellationToken);
        }
        catch (Exception e) when (FileProblem.Matches(e))
        {
            throw new TrendingMailException($"Cannot open {path}: {FileProblem.Explain(path, e)}", e);
        }
    }

    /// <inheritdoc cref="ReadAllAsync(string, DateOnly?, CancellationToken)"/>
    /// <param name="name">The stream's name in error messages.</param>
    public static async Task<FetchResult> ReadAllAsync(
        Stream stream, string name, DateOnly? day, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer, cancellationToken);
        try
        {
            return PaperFile.Read(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), day);
        }
        catch (TrendingMailException e)
        {
            throw new TrendingMailException($"Cannot read papers from {name}: {e.Message}. Nothing was imported.", e);
        }
    }

    private static DateOnly? ParseDay(string path)
    {
        var name = Path.GetFileName(path);
        return name.Length >= 10 && DateOnly.TryParseExact(name[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var day)
            ? day
            : null;
    }
}
