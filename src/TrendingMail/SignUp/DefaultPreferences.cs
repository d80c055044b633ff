using TrendingMail.Editions;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>The preferences of a new subscriber.</summary>
public static class DefaultPreferences
{
    public static Preferences From(DigestOptions options) => new()
    {
        SendAt = options.DefaultSendAt,
        TimeZone = options.TimeZone,
        Papers = options.Papers,
    };
}
