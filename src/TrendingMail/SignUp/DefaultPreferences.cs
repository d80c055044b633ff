using TrendingMail.Editions;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>What a new reader starts with.</summary>
public static class DefaultPreferences
{
    public static Preferences Of(DigestOptions options) => new()
    {
        SendAt = options.DefaultSendAt,
        TimeZone = options.TimeZone,
        Papers = options.Papers,
    };
}
