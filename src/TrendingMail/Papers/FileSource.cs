using System.Globalization;
using TrendingMail.Papers.Files;

namespace TrendingMail.Papers;

/// <summary>A file of papers; see <see cref="PaperFile"/>.</summary>
public sealed class FileSource(string path) : IPaperSource
{
    public string Name => nameof(SourceKind.File);

    /// <summary>The papers that the file lists for a day; those that name no day count for every day.</summary>
    public async Task<SourceReading> ReadAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var reading = await ReadAllAsync(path, day, cancellationToken);
        return reading with { Papers = [.. reading.Papers.Where(paper => paper.ListedOn == day)] };
    }

    /// <summary>
    /// All that a file holds. The day of an entry is the one it names, else <paramref name="day"/>, else the date that
    /// begins the file's name (2024-06-03.json).
    /// </summary>
    /// <exception cref="TrendingMailException">The file cannot be opened, or it is no list of papers.</exception>
    public static async Task<SourceReading> ReadAllAsync(string path, DateOnly? day, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return await ReadAllAsync(file, path, day ?? DayOf(path), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"Cannot open {path}: {e.Message}", e);
        }
    }

    /// <inheritdoc cref="ReadAllAsync(string, DateOnly?, CancellationToken)"/>
    /// <param name="name">What the stream is called in messages.</param>
    public static async Task<SourceReading> ReadAllAsync(
        Stream stream, string name, DateOnly? day, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        await stream.CopyToAsync(whole, cancellationToken);
        try
        {
            return PaperFile.Read(whole.GetBuffer().AsMemory(0, (int)whole.Length), day);
        }
        catch (TrendingMailException e)
        {
            throw new TrendingMailException($"Cannot read papers from {name}: {e.Message}. Nothing was imported.", e);
        }
    }

    private static DateOnly? DayOf(string path)
    {
        var name = Path.GetFileName(path);
        return name.Length >= 10 && DateOnly.TryParseExact(name[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var day)
            ? day
            : null;
    }
}
