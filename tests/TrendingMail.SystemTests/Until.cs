using System.Diagnostics;

namespace TrendingMail.SystemTests;

/// <summary>Polls for a condition that another process brings about; fails the test on timeout.</summary>
internal static class Until
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <param name="expectation">The expected condition, for the failure message.</param>
    public static Task TrueAsync(string expectation, TimeSpan limit, Func<bool> condition) =>
        FoundAsync(expectation, limit, () => Task.FromResult(condition() ? "yes" : null));

    /// <summary>The first non-null result of <paramref name="probe"/>.</summary>
    public static async Task<T> FoundAsync<T>(string expectation, TimeSpan limit, Func<Task<T?>> probe)
        where T : class
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (await probe() is { } found)
            {
                return found;
            }

            if (waited.Elapsed > limit)
            {
                Assert.Fail($"Timed out after {limit.TotalSeconds:0} s: {expectation}.");
            }

            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }
}
