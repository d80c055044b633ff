using System.Collections.Concurrent;
using System.Globalization;
using TrendingMail.Digests.Selection;
using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Messages;

namespace TrendingMail.Digests;

/// <summary>
/// An edition, or a week of editions, as selected for a subscriber and all others with the same profile.
/// </summary>
/// <param name="Number">The number of the edition, or of the last one of the week.</param>
/// <param name="PublishedAt">When that edition was published.</param>
/// <param name="Total">The number of papers to select from.</param>
/// <param name="Followed">The papers that match what the subscriber follows, best first.</param>
/// <param name="Trending">The other papers, best first.</param>
/// <param name="DaysWithoutEdition">The days of the week without an edition; empty for a daily digest.</param>
public sealed record Digest(
    Mailing.Digest Mailing, int Number, DateTimeOffset PublishedAt, int Total, IReadOnlyList<SelectedPaper> Followed,
    IReadOnlyList<SelectedPaper> Trending, IReadOnlyList<DateOnly> DaysWithoutEdition)
{
    private const int DaysPerWeek = 7;

    private string? selectionKey;

    private SelectedPaper[]? papers;

    private readonly ConcurrentDictionary<string, string> selections = new(StringComparer.Ordinal);

    public bool Weekly => Mailing is Mailing.Weekly;

    /// <summary>The day of the edition, or the last day of the week.</summary>
    public DateOnly Day => Mailing.Day;

    /// <summary>All papers in reading order.</summary>
    public IReadOnlyList<SelectedPaper> Papers => papers ??= [.. Followed, .. Trending];

    /// <summary>
    /// Identifies this selection among those of the same edition or week. Each text is terminated by NUL, which no
    /// interest contains.
    /// </summary>
    public string SelectionKey => selectionKey ??= string.Join(',', [
        .. Papers.Select(selected => selected.Reason is { } reason
            ? $"{selected.PaperId} {reason.Interest.Value}\0{reason.Words}\0"
            : $"{selected.PaperId}"),
        $"{Followed.Count} of {Total}", .. DaysWithoutEdition.Select(FormatDay)]);

    public int Count => Papers.Count;

    /// <summary>The <see cref="SentDigest"/> to keep with a delivery, made once for each language.</summary>
    public string GetSelection(string language) =>
        selections.GetOrAdd(language, tag => SentDigest.From(this, tag).ToString());

    /// <summary>The mailing of the digests of a day or week.</summary>
    public static Mailing.Digest MailingFor(bool weekly, DateOnly day) =>
        weekly ? new Mailing.Weekly(day) : new Mailing.Daily(day);

    /// <summary>The days of the week that ends on <paramref name="day"/>.</summary>
    public static IReadOnlyList<DateOnly> WeekEnding(DateOnly day) =>
        [.. Enumerable.Range(1 - DaysPerWeek, DaysPerWeek).Select(day.AddDays)];

    /// <summary>
    /// The days whose editions belong in a weekly digest: those published that the subscriber has not received, neither
    /// in a daily digest nor in an earlier weekly one. So a change from daily to weekly, or of the weekday, repeats no
    /// paper.
    /// </summary>
    /// <param name="received">The subscriber's other digests of the period.</param>
    public static IReadOnlyList<DateOnly> UnsentDays(
        DateOnly day, IReadOnlyList<DateOnly> published, IEnumerable<Mailing.Digest> received)
    {
        var digests = received.ToArray();
        return [.. published.Where(edition => !digests.Any(digest => digest is Mailing.Weekly
            ? digest.Day >= edition && digest.Day < day
            : digest.Day == edition))];
    }

    private static string FormatDay(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A paper of a digest.</summary>
/// <param name="PaperId">The paper's row id, used in links about it.</param>
/// <param name="Reason">The interest that it matches; null if it is only trending.</param>
public sealed record SelectedPaper(long PaperId, FrozenPaper Paper, MatchReason? Reason);
