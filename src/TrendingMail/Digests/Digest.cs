using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Editions;

namespace TrendingMail.Digests;

/// <summary>What a reader gets: an edition, or a week of them, as chosen for this reader.</summary>
/// <param name="Day">The edition's day; of a week the last.</param>
/// <param name="Number">The edition's number; of a week the last.</param>
/// <param name="Total">How many papers there were to choose from.</param>
/// <param name="Followed">The papers on what the reader follows, best first.</param>
/// <param name="Trending">The other papers, best first.</param>
/// <param name="DaysWithout">The days of the week that had no edition; empty for a day's digest.</param>
public sealed record Digest(
    bool Weekly, DateOnly Day, int Number, int Total, IReadOnlyList<ChosenPaper> Followed,
    IReadOnlyList<ChosenPaper> Trending, IReadOnlyList<DateOnly> DaysWithout)
{
    private const int DaysOfAWeek = 7;

    private string? choice;

    /// <summary>In the order in which they are read.</summary>
    public IEnumerable<ChosenPaper> Papers => Followed.Concat(Trending);

    /// <summary>
    /// What tells it from other choices of the same edition or week. Texts end with a NUL, which no interest holds.
    /// </summary>
    public string Choice => choice ??= string.Join(',', Papers.Select(chosen => chosen.Why is { } why
        ? $"{chosen.PaperId} {chosen.Brief} {why.Interest}\0{why.Words}\0"
        : $"{chosen.PaperId} {chosen.Brief}")) + $";{Followed.Count}";

    public int Count => Followed.Count + Trending.Count;

    /// <summary>What tells it from other digests in the ledger.</summary>
    public static Mailing MailingOf(bool weekly, DateOnly day) =>
        new(weekly ? MailingKind.Weekly : MailingKind.Daily, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>The first day of the week that ends on a day.</summary>
    public static DateOnly WeekStart(DateOnly day) => day.AddDays(1 - DaysOfAWeek);

    /// <summary>The same with all papers brief but the first ones.</summary>
    public Digest BriefAfter(int papers) => this with
    {
        Followed = [.. Followed.Select((chosen, i) => chosen with { Brief = i >= papers })],
        Trending = [.. Trending.Select((chosen, i) => chosen with { Brief = Followed.Count + i >= papers })],
    };

    /// <summary>The best papers of one day's edition.</summary>
    public static Digest OfDay(Edition edition, int papers) =>
        new(false, edition.Day, edition.Number, edition.Papers.Count, [], Choose(edition.Papers, papers), []);

    /// <summary>The best papers of a week's editions, by their score at publication.</summary>
    /// <param name="editions">At least one; those of the week that ends on <paramref name="day"/>.</param>
    public static Digest OfWeek(IReadOnlyList<Edition> editions, DateOnly day, int papers)
    {
        var all = EditionPeriod.Merge(editions);
        var without = Enumerable.Range(0, DaysOfAWeek).Select(WeekStart(day).AddDays)
            .Except(editions.Select(edition => edition.Day));
        return new Digest(true, day, editions[^1].Number, all.Count, [], Choose(all, papers), [.. without]);
    }

    private static ChosenPaper[] Choose(IReadOnlyList<EditionPaper> papers, int count) =>
        [.. papers.Take(count).Select(paper => new ChosenPaper(paper.PaperId, paper.Paper, null))];
}

/// <summary>A paper of a digest.</summary>
/// <param name="PaperId">Its row, which links that are about it name.</param>
/// <param name="Why">What of the reader's interests it matches; null where it only trends.</param>
/// <param name="Brief">Without its summary, so that the mail does not grow too long.</param>
public sealed record ChosenPaper(long PaperId, FrozenPaper Paper, MatchReason? Why, bool Brief = false);

/// <summary>Why a paper stands in a digest.</summary>
/// <param name="Interest">What the reader follows, as the reader wrote it.</param>
/// <param name="Words">The paper's own words that matched; null where they say no more than the interest does.</param>
public sealed record MatchReason(string Interest, string? Words);
