using System.Globalization;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>Whether something was signed lately: what was signed long ago may have been copied since.</summary>
internal static class Freshness
{
    /// <summary>How far a provider's clock may go before ours.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <returns>Null where it was.</returns>
    public static string? FaultOf(DateTimeOffset at, int maximumAgeMinutes, TimeProvider clock)
    {
        var age = clock.GetUtcNow() - at;
        return age > TimeSpan.FromMinutes(maximumAgeMinutes) ? $"it was signed more than {maximumAgeMinutes} minutes ago"
            : age < -Ahead ? "it was signed in the future"
            : null;
    }

    /// <summary>The instant in seconds since 1970; null where it is none.</summary>
    public static DateTimeOffset? OfSeconds(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 1L << 36
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
