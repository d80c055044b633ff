using System.Globalization;
using TrendingMail.Papers.Sources;

namespace TrendingMail.Editions.Publishing;

/// <summary>Why a day has papers but no edition: the numbers of those that cannot be published.</summary>
public sealed record UnpublishedDay
{
    /// <summary>Papers that are in an edition already.</summary>
    public required int Published { get; init; }

    /// <summary>Papers that are announced, but not listed by a curated source.</summary>
    public required int Announced { get; init; }

    /// <summary>New versions of papers, whose listing day is unknown.</summary>
    public required int Replaced { get; init; }

    /// <summary>The reasons in one line: what became of the day's papers, and of the newest fetches.</summary>
    public string Describe(IReadOnlyList<FetchReport> fetches)
    {
        string[] reasons =
        [
            .. Reason(Published, "in another edition"),
            .. Reason(Announced, "announced by arXiv, but not listed by a curated source"),
            .. Reason(Replaced, "replaced by a new version, listed on another day"),
            .. fetches.Count == 0 ? ["the day has not been fetched"] : fetches.Select(Describe),
        ];
        return string.Join("; ", reasons);
    }

    private static string[] Reason(int count, string text) =>
        count == 0 ? [] : [$"{Count(count)} {(count == 1 ? "is" : "are")} {text}"];

    private static string Count(int papers) =>
        papers == 1 ? "1 paper" : string.Create(CultureInfo.InvariantCulture, $"{papers} papers");

    private static string Describe(FetchReport fetch)
    {
        var outcome = fetch.Fault is { } fault ? $"failed: {fault}"
            : fetch.Stale is { } stale ? $"is outdated: {stale}"
            : fetch.Unchanged ? "brought nothing new"
            : $"brought {Count(fetch.Received)}" +
                (fetch.Problems.Count > 0 ? $" and set aside {fetch.Problems.Count}" : "");
        return string.Create(CultureInfo.InvariantCulture,
            $"the newest fetch from {fetch.Source} ({fetch.FetchedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC) {outcome}");
    }
}
