using System.Globalization;

namespace TrendingMail.Tests;

/// <summary>How many cases a property is tried on; the environment variable <c>TEST_CASES</c> multiplies them.</summary>
public static class Cases
{
    private static readonly long Times = long.TryParse(
        Environment.GetEnvironmentVariable("TEST_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out var times)
            ? times
            : 1;

    public static long Usual => 1_000 * Times;

    public static long Whole => 250 * Times;
}
