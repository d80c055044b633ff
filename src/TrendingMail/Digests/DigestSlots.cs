using System.Collections.Concurrent;
using Scriban.Runtime;
using TrendingMail.Delivery;
using TrendingMail.Rendering.Languages;
using TrendingMail.Rendering.Variants;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>What in a digest is each reader's own, as slots of a variant.</summary>
internal static class DigestSlots
{
    public const int Count = 6;

    private const int Address = 0;

    private const int Schedule = 1;

    private const int Preferences = 2;

    private const int Unsubscribe = 3;

    /// <summary>What a reader's feedback addresses have in common.</summary>
    private const int Feedback = 4;

    private const int View = 5;

    /// <summary>Schedules in words: readers share a few.</summary>
    private const int RememberedSchedules = 10_000;

    private static readonly ConcurrentDictionary<(Frequency, DayOfWeek, TimeOnly, string Zone, Language), string> Schedules = new();

    /// <summary>What templates see as <c>reader</c> while a variant is made.</summary>
    public static IScriptObject Reader(SlotRun run) =>
        run.Members(("address", run.Slot(Address)), ("schedule", run.Slot(Schedule)));

    /// <summary>What templates see as <c>links</c> while a variant is made.</summary>
    public static IScriptObject Links(SlotRun run) => run.Members(
        ("preferences", run.Slot(Preferences)),
        ("unsubscribe", run.Slot(Unsubscribe)),
        ("view", run.Slot(View)));

    /// <summary>What a paper's templates see as <c>links</c> while its card is made.</summary>
    public static IScriptObject PaperLinks(SlotRun run, ChosenPaper chosen) => run.Members(
        ("say", run.Slot(Feedback, ReaderLinks.FeedbackEnd(chosen.PaperId))),
        ("more", run.Slot(Feedback, ReaderLinks.FeedbackEnd(chosen.PaperId, FeedbackKind.More))),
        ("less", run.Slot(Feedback, ReaderLinks.FeedbackEnd(chosen.PaperId, FeedbackKind.Less))),
        ("mute", run.Slot(Feedback, ReaderLinks.FeedbackEnd(chosen.PaperId, FeedbackKind.Mute))));

    /// <param name="unsubscribeToken">The same as in the header.</param>
    /// <returns>False where a value would not stay in its slot.</returns>
    public static bool TryFill(
        SlotValues values, Digest digest, Subscriber reader, Language language, ReaderLinks links, string unsubscribeToken)
    {
        var issuedAt = digest.PublishedAt;
        Span<char> room = links.LongestLink <= 512 ? stackalloc char[512] : new char[links.LongestLink];
        values.Clear();
        return values.TrySet(Address, reader.Address) &&
            values.TrySet(Schedule, ScheduleOf(reader.Preferences, language)) &&
            values.TrySet(Preferences, links.WritePreferences(reader, issuedAt, room)) &&
            values.TrySet(Unsubscribe, links.WriteUnsubscribe(unsubscribeToken, room)) &&
            values.TrySet(Feedback, links.WriteFeedback(reader, issuedAt, room)) &&
            values.TrySet(View, links.WriteView(reader, digest.Day, digest.Weekly, issuedAt, room));
    }

    private static string ScheduleOf(Preferences preferences, Language language)
    {
        var key = (preferences.Frequency, preferences.Weekday, preferences.SendAt, preferences.TimeZone, language);
        if (Schedules.TryGetValue(key, out var known))
        {
            return known;
        }

        if (Schedules.Count >= RememberedSchedules)
        {
            Schedules.Clear();
        }

        return Schedules[key] = ReaderModel.Schedule(preferences, language);
    }
}
