using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Smtp;

/// <summary>Several servers, and connections that outlive a run.</summary>
public sealed class SmtpServersTests() : LedgerBook(new SqliteFixture())
{
    private const int Readers = 60;

    [Fact(Timeout = 60_000)]
    public async Task ServersWithWeightsCarryMailInTheirProportion()
    {
        await QueueManyAsync();
        await using var strong = new ScriptedSmtpServer(_ => null);
        await using var weak = new ScriptedSmtpServer(_ => null);
        await using var transport = Transport(
            Options(strong) with { Weight = 3, Connections = 2 }, Options(weak) with { Weight = 1, Connections = 4 });

        await DrainAsync(transport);

        // A connection each may be ahead.
        Assert.Equal(Readers, strong.Messages.Count + weak.Messages.Count);
        Assert.InRange(weak.Messages.Count, (Readers / 4) - 4, (Readers / 4) + 4);
    }

    [Fact(Timeout = 60_000)]
    public async Task ASpareCarriesNothingWhileAnotherServerIsWell()
    {
        await QueueManyAsync();
        await using var first = new ScriptedSmtpServer(_ => null);
        await using var spare = new ScriptedSmtpServer(_ => null);
        await using var transport = Transport(Options(first), Options(spare) with { Spare = true, Connections = 4 });

        await DrainAsync(transport);

        Assert.Equal(Readers, first.Messages.Count);
        Assert.Equal(0, spare.Connections);
    }

    [Fact(Timeout = 60_000)]
    public async Task ASpareCarriesTheMailOfServersThatAreDown()
    {
        await QueueManyAsync();
        var first = new ScriptedSmtpServer(_ => null);
        var options = Options(first);
        await first.DisposeAsync();
        await using var spare = new ScriptedSmtpServer(_ => null);
        await using var transport = Transport(options, Options(spare) with { Spare = true });

        await DrainAsync(transport);

        Assert.Equal(Readers, spare.Messages.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task AServersRateIsKeptWithAllNodesByTurnsInTheDatabase()
    {
        await QueueManyAsync();
        await using var server = new ScriptedSmtpServer(_ => null);
        await using var transport = new SmtpTransport(
            [Options(server) with { MaxPerMinute = 60_000 }], TimeProvider.System, new TurnBook(Database, TimeProvider.System));

        await DrainAsync(transport);

        Assert.Equal(Readers, server.Messages.Count);
        Assert.Equal($"server 127.0.0.1:{server.Port}", Assert.Single(await Database.ReadAsync(
            session => session.QueryAsync<string>("SELECT name FROM turns"), Stop)));
    }

    [Fact]
    public void WhatOthersCarriedWhileAServerWasDownIsNotMadeUpFor()
    {
        var servers = new[] { 1, 1 }.Select(weight =>
            new SmtpServer(new SmtpOptions { Host = "a", Weight = weight }, Clock)).ToArray();
        var turns = new ServerTurns(servers);
        servers[1].Circuit.Failed("gone");
        for (var i = 0; i < 100; i++)
        {
            Assert.True(turns.IsDue(servers[0]));
            turns.Carried(servers[0]);
        }

        servers[1].Circuit.Succeeded();
        var inARow = 0;
        for (; turns.IsDue(servers[1]); inARow++)
        {
            turns.Carried(servers[1]);
        }

        Assert.InRange(inARow, 1, 2);
    }

    [Fact]
    public async Task AConnectionIsKeptForTheNextRun()
    {
        await using var server = new ScriptedSmtpServer(_ => null);
        await using (var transport = Transport(Options(server)))
        {
            await QueueAsync("ada@example.org");
            await DrainAsync(transport);
            await QueueAsync("bo@example.org");
            await DrainAsync(transport);
            Assert.DoesNotContain("QUIT", server.Lines);
        }

        Assert.Equal((2, 1), (server.Messages.Count, server.Connections));
        Assert.Equal("QUIT", server.Lines.Last());
    }

    [Fact]
    public async Task AKeptConnectionThatTheServerHasGivenUpCostsNoAttempt()
    {
        var isGivenUp = false;
        await using var server = new ScriptedSmtpServer(line => isGivenUp && line == "RSET" ? "" : null);
        await using var transport = Transport(Options(server));
        await QueueAsync("ada@example.org");
        await DrainAsync(transport);
        isGivenUp = true;
        await QueueAsync("bo@example.org");

        await DrainAsync(transport);

        Assert.Equal([("sent", 1), ("sent", 1)], await DeliveriesAsync());
        Assert.Equal(2, server.Connections);
    }

    [Fact(Timeout = 60_000)]
    public async Task AConnectionThatLiesIdleIsClosed()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedSmtpServer(line =>
        {
            if (line == "QUIT")
            {
                closed.TrySetResult();
            }

            return null;
        });
        await using var transport = Transport(Options(server) with { IdleSeconds = 30 });
        await QueueAsync("ada@example.org");
        await DrainAsync(transport);

        Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.DoesNotContain("QUIT", server.Lines);
        Clock.Advance(TimeSpan.FromSeconds(2));

        await closed.Task.WaitAsync(Stop);
    }

    private SmtpTransport Transport(params SmtpOptions[] servers) => new(servers, Clock);

    private static SmtpOptions Options(ScriptedSmtpServer server) =>
        new() { Host = "127.0.0.1", Port = server.Port, Security = SmtpSecurity.None, Connections = 1 };

    private async Task DrainAsync(SmtpTransport transport)
    {
        using var pump = Pump(transport);
        await pump.DrainAsync(null, Stop);
    }

    private async Task QueueManyAsync()
    {
        for (var i = 0; i < Readers; i++)
        {
            await QueueAsync($"r{i}@example.org");
        }
    }
}
