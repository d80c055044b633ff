using System.Collections.Concurrent;
using Scriban.Runtime;
using TrendingMail.Messages;
using TrendingMail.Messages.Bulk;
using TrendingMail.Subscribers;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Digests.Content;

/// <summary>The placeholders of a digest: the values that differ between subscribers.</summary>
internal static class DigestPlaceholders
{
    public const int Count = 6;

    private const int Address = 0;

    private const int Schedule = 1;

    private const int Preferences = 2;

    private const int Unsubscribe = 3;

    /// <summary>The common prefix of a subscriber's feedback URLs.</summary>
    private const int Feedback = 4;

    private const int View = 5;

    /// <summary>Formatted schedules to cache; subscribers share few distinct ones.</summary>
    private const int MaximumCachedSchedules = 10_000;

    private static readonly ConcurrentDictionary<(Frequency, DayOfWeek, TimeOnly, string Zone, Language), string> Schedules = new();

    /// <summary>The <c>subscriber</c> object of the templates while a variant is rendered.</summary>
    public static IScriptObject CreateSubscriber(PlaceholderRecorder recorder) =>
        recorder.CreateScope(("address", recorder.CreatePlaceholder(Address)), ("schedule", recorder.CreatePlaceholder(Schedule)));

    /// <summary>The <c>links</c> object of the templates while a variant is rendered.</summary>
    public static IScriptObject CreateLinks(PlaceholderRecorder recorder) => recorder.CreateScope(
        ("preferences", recorder.CreatePlaceholder(Preferences)),
        ("unsubscribe", recorder.CreatePlaceholder(Unsubscribe)),
        ("view", recorder.CreatePlaceholder(View)));

    /// <summary>The <c>links</c> object of the paper templates while a paper is rendered for variants.</summary>
    public static IScriptObject CreatePaperLinks(PlaceholderRecorder recorder, SelectedPaper selected) => recorder.CreateScope(
        ("feedback", recorder.CreatePlaceholder(Feedback, SubscriberLinks.FeedbackSuffix(selected.PaperId))),
        ("more", recorder.CreatePlaceholder(Feedback, SubscriberLinks.FeedbackSuffix(selected.PaperId, FeedbackKind.More))),
        ("less", recorder.CreatePlaceholder(Feedback, SubscriberLinks.FeedbackSuffix(selected.PaperId, FeedbackKind.Less))),
        ("mute", recorder.CreatePlaceholder(Feedback, SubscriberLinks.FeedbackSuffix(selected.PaperId, FeedbackKind.Mute))));

    /// <param name="unsubscribeToken">The token that the header contains.</param>
    /// <returns>False if a value would affect the surrounding text.</returns>
    public static bool TryFill(
        PlaceholderValues values, Digest digest, Subscriber subscriber, Language language, SubscriberLinks links, string unsubscribeToken)
    {
        var issuedAt = digest.PublishedAt;
        Span<char> buffer = links.MaximumLinkLength <= 512 ? stackalloc char[512] : new char[links.MaximumLinkLength];
        values.Clear();
        return values.TrySet(Address, subscriber.Address) &&
            values.TrySet(Schedule, FormatSchedule(subscriber.Preferences, language)) &&
            values.TrySet(Preferences, links.WritePreferences(subscriber, issuedAt, buffer)) &&
            values.TrySet(Unsubscribe, links.WriteUnsubscribe(unsubscribeToken, buffer)) &&
            values.TrySet(Feedback, links.WriteFeedback(subscriber, issuedAt, buffer)) &&
            values.TrySet(View, links.WriteView(subscriber, digest.Day, digest.Weekly, issuedAt, buffer));
    }

    private static string FormatSchedule(Preferences preferences, Language language)
    {
        var key = (preferences.Frequency, preferences.Weekday, preferences.SendAt, preferences.TimeZone, language);
        if (Schedules.TryGetValue(key, out var cached))
        {
            return cached;
        }

        if (Schedules.Count >= MaximumCachedSchedules)
        {
            Schedules.Clear();
        }

        return Schedules[key] = SubscriberModel.FormatSchedule(preferences, language);
    }
}
