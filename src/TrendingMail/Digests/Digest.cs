using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Digests.Matching;
using TrendingMail.Editions;

namespace TrendingMail.Digests;

/// <summary>What a reader gets: an edition, or a week of them, as chosen for this reader and all who are alike.</summary>
/// <param name="Day">The edition's day; of a week the last.</param>
/// <param name="Number">The edition's number; of a week the last.</param>
/// <param name="PublishedAt">When that edition was published.</param>
/// <param name="Total">How many papers there were to choose from.</param>
/// <param name="Followed">The papers on what the reader follows, best first.</param>
/// <param name="Trending">The other papers, best first.</param>
/// <param name="DaysWithout">The days of the week that had no edition; empty for a day's digest.</param>
public sealed record Digest(
    bool Weekly, DateOnly Day, int Number, DateTimeOffset PublishedAt, int Total, IReadOnlyList<ChosenPaper> Followed,
    IReadOnlyList<ChosenPaper> Trending, IReadOnlyList<DateOnly> DaysWithout)
{
    private const int DaysOfAWeek = 7;

    private string? choice;

    /// <summary>In the order in which they are read.</summary>
    public IEnumerable<ChosenPaper> Papers => Followed.Concat(Trending);

    /// <summary>
    /// What tells it from other choices of the same edition or week. Texts end with a NUL, which no interest holds.
    /// </summary>
    public string Choice => choice ??= string.Join(',', [
        .. Papers.Select(chosen => chosen.Why is { } why
            ? $"{chosen.PaperId} {why.Interest.Value}\0{why.Words}\0"
            : $"{chosen.PaperId}"),
        $"{Followed.Count} of {Total}", .. DaysWithout.Select(KeyOf)]);

    public int Count => Followed.Count + Trending.Count;

    /// <summary>What tells it from other digests in the ledger.</summary>
    public static Mailing MailingOf(bool weekly, DateOnly day) =>
        new(weekly ? MailingKind.Weekly : MailingKind.Daily, KeyOf(day));

    /// <summary>The days of the week that ends on a day.</summary>
    public static IReadOnlyList<DateOnly> WeekOf(DateOnly day) =>
        [.. Enumerable.Range(1 - DaysOfAWeek, DaysOfAWeek).Select(day.AddDays)];

    /// <summary>
    /// The days whose editions belong into a week's digest: those published that the reader has not had, each by itself or
    /// in a digest of an earlier week. So nobody gets a paper twice who goes from daily to weekly or to another weekday.
    /// </summary>
    /// <param name="had">The reader's other digests of this time.</param>
    public static IReadOnlyList<DateOnly> DaysLeft(DateOnly day, IReadOnlyList<DateOnly> published, IEnumerable<Mailing> had)
    {
        var digests = had.ToArray();
        return
        [
            .. published.Where(d => !digests.Any(digest => digest.Kind == MailingKind.Daily
                ? digest.Key == KeyOf(d)
                : string.CompareOrdinal(digest.Key, KeyOf(d)) >= 0 && string.CompareOrdinal(digest.Key, KeyOf(day)) < 0)),
        ];
    }

    /// <summary>The same with all papers brief but the first ones.</summary>
    public Digest BriefAfter(int papers) => this with
    {
        Followed = [.. Followed.Select((chosen, i) => chosen with { Brief = i >= papers })],
        Trending = [.. Trending.Select((chosen, i) => chosen with { Brief = Followed.Count + i >= papers })],
    };

    private static string KeyOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A paper of a digest.</summary>
/// <param name="PaperId">Its row, which links that are about it name.</param>
/// <param name="Why">What of the reader's interests it matches; null where it only trends.</param>
/// <param name="Brief">Without its summary, so that the mail does not grow too long.</param>
public sealed record ChosenPaper(long PaperId, FrozenPaper Paper, MatchReason? Why, bool Brief = false);
