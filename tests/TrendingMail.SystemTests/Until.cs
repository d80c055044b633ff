using System.Diagnostics;

namespace TrendingMail.SystemTests;

/// <summary>Waits for something that another program brings about, and no longer than a limit.</summary>
internal static class Until
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <param name="what">What is waited for, for the message where it does not come.</param>
    public static Task TrueAsync(string what, TimeSpan limit, Func<bool> look) =>
        FoundAsync(what, limit, () => Task.FromResult(look() ? "yes" : null));

    /// <summary>The first thing that <paramref name="look"/> finds.</summary>
    public static async Task<T> FoundAsync<T>(string what, TimeSpan limit, Func<Task<T?>> look)
        where T : class
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (await look() is { } found)
            {
                return found;
            }

            if (waited.Elapsed > limit)
            {
                Assert.Fail($"Waited {limit.TotalSeconds:0} s in vain: {what}.");
            }

            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }
}
