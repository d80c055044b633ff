using TrendingMail.Delivery.Smtp;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Storage;
using TrendingMail.Tests.Papers.Sources.Http;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Smtp;

/// <summary>A server's rate limit, enforced by one node and by two nodes together.</summary>
public abstract class ServerRateLimiterTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private readonly TimerCountingClock waited = new(Morning);

    [Theory]
    [InlineData(12, 5)]
    [InlineData(60, 20)]
    [InlineData(240, 60)]
    public async Task TwoNodesTogetherKeepTheLimit(int perMinute, int count)
    {
        var acquiredAt = await AcquireAsync(
            count, CreateLimiter(Database, perMinute), CreateLimiter(OtherNode, perMinute));

        // At the border of two time slots, one second's worth of messages may come together.
        var burst = Math.Max(1, perMinute / 60);
        for (var i = 0; i + burst < acquiredAt.Count; i++)
        {
            Assert.True(acquiredAt[i + burst] - acquiredAt[i] >= TimeSpan.FromSeconds(59.9 * burst / perMinute) - Slack,
                $"{i}: {acquiredAt[i]:O} {acquiredAt[i + burst]:O}");
        }

        Assert.InRange((acquiredAt[^1] - acquiredAt[0]).TotalSeconds, (count - 1 - burst) * 60.0 / perMinute,
            (count + burst) * 60.0 / perMinute * 1.3);
    }

    [Fact]
    public async Task MessagesAreSpreadOverTheSecond()
    {
        var acquiredAt = await AcquireAsync(8, CreateLimiter(Database, 240));

        Assert.Equal(Enumerable.Range(0, 8).Select(i => Morning.AddMilliseconds(250 * i)), acquiredAt);
    }

    [Fact]
    public async Task WithoutASharedLimiterTheLimitIsPerProcess()
    {
        using var limiter = new ServerRateLimiter("relay:25", 60, sharedLimiter: null, waited);

        var acquiredAt = await AcquireAsync(3, limiter);

        Assert.Equal([Morning, Morning.AddSeconds(1), Morning.AddSeconds(2)], acquiredAt);
        Assert.Equal(0, await CountAsync("rate_limit_slots"));
    }

    private static TimeSpan Slack => TimeSpan.FromMilliseconds(300);

    private ServerRateLimiter CreateLimiter(Database database, int perMinute) =>
        new("relay:25", perMinute, new SharedRateLimiter(database, waited), waited);

    /// <summary>The times at which permits were acquired, in order.</summary>
    private async Task<List<DateTimeOffset>> AcquireAsync(int count, params ServerRateLimiter[] limiters)
    {
        var acquiredAt = new List<DateTimeOffset>();
        var running = limiters.Select(limiter => Task.Run(async () =>
        {
            while (true)
            {
                lock (acquiredAt)
                {
                    if (acquiredAt.Count >= count)
                    {
                        return;
                    }
                }

                await limiter.WaitAsync(Stop);
                lock (acquiredAt)
                {
                    acquiredAt.Add(waited.GetUtcNow());
                }
            }
        })).ToArray();
        while (running.Any(limiter => !limiter.IsCompleted))
        {
            while (waited.Waiting != running.Count(limiter => !limiter.IsCompleted))
            {
                Stop.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            waited.Advance(TimeSpan.FromMilliseconds(50));
        }

        await Task.WhenAll(running);
        return acquiredAt;
    }
}

public sealed class ServerRateLimiterOnSqlite() : ServerRateLimiterTests(new SqliteFixture());

public sealed class ServerRateLimiterOnPostgreSql() : ServerRateLimiterTests(new PostgreSqlFixture());
