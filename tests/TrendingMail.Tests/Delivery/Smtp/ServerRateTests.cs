using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Storage;
using TrendingMail.Tests.Papers.Http;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Smtp;

/// <summary>A server's rate, kept by one node and by two together.</summary>
public abstract class ServerRateTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private readonly WaitedClock waited = new(Morning);

    [Theory]
    [InlineData(12, 5)]
    [InlineData(60, 20)]
    [InlineData(240, 60)]
    public async Task TwoNodesTogetherKeepToIt(int perMinute, int turns)
    {
        var taken = await TakeAsync(turns, NodeOf(Database, perMinute), NodeOf(OtherNode, perMinute));

        // A second's worth may stand together at the border of two slices.
        var together = Math.Max(1, perMinute / 60);
        for (var i = 0; i + together < taken.Count; i++)
        {
            Assert.True(taken[i + together] - taken[i] >= TimeSpan.FromSeconds(59.9 * together / perMinute) - Slack, $"{i}: {taken[i]:O} {taken[i + together]:O}");
        }

        Assert.InRange((taken[^1] - taken[0]).TotalSeconds, (turns - 1 - together) * 60.0 / perMinute, (turns + together) * 60.0 / perMinute * 1.3);
    }

    [Fact]
    public async Task MessagesAreSpreadOverTheSecond()
    {
        var taken = await TakeAsync(8, NodeOf(Database, 240));

        Assert.Equal(Enumerable.Range(0, 8).Select(i => Morning.AddMilliseconds(250 * i)), taken);
    }

    [Fact]
    public async Task WithoutABookOfTurnsItIsTheProcessesOwn()
    {
        using var rate = new ServerRate("relay:25", 60, turns: null, waited);

        var taken = await TakeAsync(3, rate);

        Assert.Equal([Morning, Morning.AddSeconds(1), Morning.AddSeconds(2)], taken);
        Assert.Equal(0, await CountAsync("turns"));
    }

    private static TimeSpan Slack => TimeSpan.FromMilliseconds(300);

    private ServerRate NodeOf(Database database, int perMinute) => new("relay:25", perMinute, new TurnBook(database, waited), waited);

    /// <summary>When each turn was taken, in order.</summary>
    private async Task<List<DateTimeOffset>> TakeAsync(int turns, params ServerRate[] nodes)
    {
        var taken = new List<DateTimeOffset>();
        var running = nodes.Select(node => Task.Run(async () =>
        {
            while (true)
            {
                lock (taken)
                {
                    if (taken.Count >= turns)
                    {
                        return;
                    }
                }

                await node.WaitAsync(Stop);
                lock (taken)
                {
                    taken.Add(waited.GetUtcNow());
                }
            }
        })).ToArray();
        while (running.Any(node => !node.IsCompleted))
        {
            while (waited.Waiting != running.Count(node => !node.IsCompleted))
            {
                Stop.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            waited.Advance(TimeSpan.FromMilliseconds(50));
        }

        await Task.WhenAll(running);
        return taken;
    }
}

public sealed class ServerRateOnSqlite() : ServerRateTests(new SqliteFixture());

public sealed class ServerRateOnPostgreSql() : ServerRateTests(new PostgreSqlFixture());
