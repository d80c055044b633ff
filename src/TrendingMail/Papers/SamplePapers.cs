using System.Reflection;

namespace TrendingMail.Papers;

/// <summary>
/// Invented papers that come with the program, so that it can be tried where no source answers. They only ever fill an
/// empty database.
/// </summary>
public static class SamplePapers
{
    /// <summary>The name of the source in every row that comes from here.</summary>
    public const string Source = "Sample";

    public static async Task<SourceReading> ReadAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var json = Assembly.GetExecutingAssembly().GetManifestResourceStream("daily-papers.json")!;
        return await HuggingFaceJson.ReadAsync(json, day, cancellationToken);
    }
}
