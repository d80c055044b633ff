using System.Globalization;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>Validates the timestamp of a signed request, to prevent replay.</summary>
internal static class TimestampValidator
{
    /// <summary>The tolerated clock skew of a provider ahead of us.</summary>
    private static readonly TimeSpan MaximumClockSkew = TimeSpan.FromMinutes(5);

    /// <returns>The error; null if the timestamp is acceptable.</returns>
    public static string? GetError(DateTimeOffset at, int maximumAgeMinutes, TimeProvider clock)
    {
        var age = clock.GetUtcNow() - at;
        return age > TimeSpan.FromMinutes(maximumAgeMinutes)
            ? $"it was signed more than {maximumAgeMinutes} minutes ago"
            : age < -MaximumClockSkew ? "it was signed in the future"
            : null;
    }

    /// <inheritdoc cref="GetError(DateTimeOffset, int, TimeProvider)"/>
    /// <param name="seconds">A Unix timestamp in seconds.</param>
    public static string? GetError(string seconds, int maximumAgeMinutes, TimeProvider clock) =>
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < 1L << 36
            ? GetError(DateTimeOffset.FromUnixTimeSeconds(at), maximumAgeMinutes, clock)
            : "the signature timestamp is missing or invalid";
}
