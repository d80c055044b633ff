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
        return age > TimeSpan.FromMinutes(maximumAgeMinutes)
            ? $"it was signed more than {maximumAgeMinutes} minutes ago"
            : age < -Ahead ? "it was signed in the future"
            : null;
    }

    /// <inheritdoc cref="FaultOf(DateTimeOffset, int, TimeProvider)"/>
    /// <param name="seconds">Since 1970.</param>
    public static string? FaultOf(string seconds, int maximumAgeMinutes, TimeProvider clock) =>
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < 1L << 36
            ? FaultOf(DateTimeOffset.FromUnixTimeSeconds(at), maximumAgeMinutes, clock)
            : "it does not say when it was signed";
}
