using TrendingMail.Subscribers;

namespace TrendingMail.Editions;

/// <summary>The preferences of a new subscriber.</summary>
public static class DefaultPreferences
{
    public static Preferences From(DigestOptions options) => new()
    {
        SendAt = options.DefaultSendAt,
        TimeZone = options.TimeZone,
        Papers = options.Papers,
    };

    /// <summary>A subscriber who is not in the database, with the preferences of a new one.</summary>
    public static Subscriber UnsavedSubscriber(string address, DigestOptions options, DateTimeOffset now) => new()
    {
        Id = 0,
        Address = address,
        State = SubscriberState.Active,
        LinkEpoch = 0,
        Preferences = From(options),
        CreatedAt = now,
    };
}
