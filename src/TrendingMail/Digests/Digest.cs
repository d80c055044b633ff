using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Editions;

namespace TrendingMail.Digests;

/// <summary>What a reader gets: an edition, or a week of them, as chosen for this reader.</summary>
/// <param name="Day">The edition's day; of a week the last.</param>
/// <param name="Number">The edition's number; of a week the last.</param>
/// <param name="Title">The day or the days in words.</param>
/// <param name="Total">How many papers there were to choose from.</param>
/// <param name="Papers">Best first.</param>
public sealed record Digest(
    bool Weekly, DateOnly Day, int Number, string Title, int Total, IReadOnlyList<FrozenPaper> Papers)
{
    private const int DaysOfAWeek = 7;

    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-US");

    /// <summary>What tells it from other digests in the ledger.</summary>
    public static Mailing MailingOf(bool weekly, DateOnly day) =>
        new(weekly ? MailingKind.Weekly : MailingKind.Daily, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>The first day of the week that ends on a day.</summary>
    public static DateOnly WeekStart(DateOnly day) => day.AddDays(1 - DaysOfAWeek);

    /// <summary>The best papers of one day's edition.</summary>
    public static Digest OfDay(Edition edition, int papers) => new(
        false, edition.Day, edition.Number, Words(edition.Day), edition.Papers.Count,
        [.. edition.Papers.Take(papers).Select(paper => paper.Paper)]);

    /// <summary>The best papers of a week's editions, by their score at publication.</summary>
    /// <param name="editions">At least one; those of the week that ends on <paramref name="day"/>.</param>
    public static Digest OfWeek(IReadOnlyList<Edition> editions, DateOnly day, int papers)
    {
        var all = editions.SelectMany(edition => edition.Papers)
            .OrderByDescending(paper => paper.Score)
            .ThenBy(paper => paper.PaperId)
            .ToArray();
        return new Digest(
            true, day, editions[^1].Number, $"The week from {WeekStart(day).ToString("d MMMM", English)} to {Words(day)}",
            all.Length, [.. all.Take(papers).Select(paper => paper.Paper)]);
    }

    private static string Words(DateOnly day) => day.ToString("dddd, d MMMM yyyy", English);
}
