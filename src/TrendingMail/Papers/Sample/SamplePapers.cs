using System.Reflection;
using TrendingMail.Papers.Sources;
using TrendingMail.Papers.Sources.HuggingFace;

namespace TrendingMail.Papers.Sample;

/// <summary>
/// Fictitious papers bundled with the program, so that it can be tried without a network. Only imported into an empty
/// database.
/// </summary>
public static class SamplePapers
{
    /// <summary>The source name of all sample papers.</summary>
    public const string Source = "Sample";

    public static async Task<FetchResult> ReadAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var json = Assembly.GetExecutingAssembly().GetManifestResourceStream("daily-papers.json")!;
        return await HuggingFaceJson.ReadAsync(json, day, cancellationToken);
    }
}
