using System.Globalization;

namespace TrendingMail.Tests;

/// <summary>Iterations of property-based tests; the environment variable <c>TEST_CASES</c> multiplies them.</summary>
public static class Cases
{
    private static readonly long Multiplier = long.TryParse(
        Environment.GetEnvironmentVariable("TEST_CASES"), NumberStyles.None,
        CultureInfo.InvariantCulture, out var times)
            ? times
            : 1;

    public static long Default => 1_000 * Multiplier;

    public static long Slow => 250 * Multiplier;
}
