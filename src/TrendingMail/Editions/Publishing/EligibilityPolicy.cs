using TrendingMail.Papers.Sources;

namespace TrendingMail.Editions.Publishing;

/// <summary>
/// Decides which papers are eligible for an edition. If every source announces everything new (arXiv), all announced
/// papers are. If any source is a curated list, only listed papers are: 40% of Hugging Face's papers are listed a day
/// or more after arXiv announces them, and publishing them at once would use them up before they have any votes.
/// </summary>
/// <param name="ListedOnly">Whether papers must be listed, not just announced.</param>
public sealed record EligibilityPolicy(bool ListedOnly = false)
{
    public static EligibilityPolicy For(IEnumerable<IPaperSource> sources) =>
        new(sources.Any(source => !source.Announces));

    /// <summary>
    /// The fetches from sources that contribute to editions; failures of other sources do not delay an edition.
    /// </summary>
    public IReadOnlyList<FetchReport> Relevant(IReadOnlyList<FetchReport> reports) =>
        ListedOnly ? [.. reports.Where(report => !report.Announces)] : reports;
}
