using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

/// <summary>What the pump makes of what domains and servers say beyond one message.</summary>
public abstract class DomainWatchTests(DatabaseFixture fixture) : LedgerBook(fixture)
{
    private const int Readers = 20;

    private DomainBook Book => new(Database, Clock);

    [Fact]
    public async Task ARefusalOfUsDoesNotBurnTheList()
    {
        await QueueManyAsync();
        var isBlocked = true;
        var transport = new ScriptedTransport(_ => isBlocked
            ? new Outcome.Refused("554 5.7.1 your address is on our block list") : new Outcome.Accepted("250 ok"));
        using var pump = Pump(transport);

        await pump.DrainAsync(null, Stop);

        var counts = await CountsAsync();
        Assert.Equal((4, 1, Readers - 5), (counts["failed"], counts["deferred"], counts["queued"]));
        var held = Assert.Single(await Book.HeldAsync(Stop));
        Assert.Equal(("example.org", Clock.GetUtcNow().AddMinutes(15)), (held.Domain, held.RestsUntil));
        Assert.Contains("your address is on our block list", Assert.Single(await Database.ReadAsync(
            session => session.QueryAsync<string>("SELECT text FROM alerts"), Stop)), StringComparison.Ordinal);

        isBlocked = false;
        Clock.Advance(TimeSpan.FromMinutes(16));
        await pump.DrainAsync(null, Stop);
        Assert.Equal(Readers - 4, (await CountsAsync())["sent"]);
    }

    [Fact]
    public async Task ARefusalOfAReaderIsTheReaders()
    {
        await QueueManyAsync();
        using var pump = Pump(new ScriptedTransport(_ => new Outcome.Refused("550 5.1.1 no such user")));

        await pump.DrainAsync(null, Stop);

        Assert.Equal(Readers, (await CountsAsync())["failed"]);
        Assert.Empty(await Book.HeldAsync(Stop));
    }

    [Fact]
    public async Task AServerThatRefusesUsForAllDomainsIsLeftAlone()
    {
        for (var i = 0; i < Readers; i++)
        {
            await QueueAsync($"reader@domain{i}.example");
        }

        await using var server = new ScriptedSmtpServer(
            line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.7.1 account suspended" : null);
        await using var transport = new SmtpTransport(
            [new SmtpOptions { Host = "127.0.0.1", Port = server.Port, Security = SmtpSecurity.None, Connections = 1 }], Clock);
        using var pump = Pump(transport);

        var drained = await pump.DrainAsync(null, Stop);

        Assert.Contains("refuses our mail: 550 5.7.1 account suspended", drained.Unreachable, StringComparison.Ordinal);
        var counts = await CountsAsync();
        Assert.Equal((9, 1, Readers - 10), (counts["failed"], counts["deferred"], counts["queued"]));
    }

    [Fact]
    public async Task ADomainsPaceOutlivesTheProgram()
    {
        await QueueManyAsync();
        using (var pump = Pump(new ScriptedTransport(_ => new Outcome.Deferred("451 4.7.1 too fast"))))
        {
            await pump.DrainAsync(null, Stop);
        }

        Assert.Equal(2, Assert.Single(await Book.HeldAsync(Stop)).Rate);
        Clock.Advance(TimeSpan.FromHours(1));
        var transport = ScriptedTransport.ThatAccepts();
        using var next = Pump(transport);
        await next.DrainAsync(null, Stop);

        Assert.Equal(2, transport.Handed.Count);
    }

    [Fact]
    public async Task ADomainsRestOutlivesTheProgram()
    {
        await QueueManyAsync();
        using (var pump = Pump(new ScriptedTransport(_ => new Outcome.Refused("554 5.7.1 blocked"))))
        {
            await pump.DrainAsync(null, Stop);
        }

        Clock.Advance(TimeSpan.FromMinutes(14));
        var transport = ScriptedTransport.ThatAccepts();
        using var next = Pump(transport);
        await next.DrainAsync(null, Stop);
        Assert.Equal(0, (await CountsAsync())["sent"]);

        Clock.Advance(TimeSpan.FromMinutes(1));
        await next.DrainAsync(null, Stop);
        Assert.Equal(Readers - 4, (await CountsAsync())["sent"]);
    }

    [Fact]
    public async Task WhoeverIsPutOffIsLookedForWhenItsTurnComes()
    {
        await QueueManyAsync();
        Delivery = Delivery with { Domains = [new DomainOptions { Domain = "example.org", MaxPerMinute = 300 }] };
        using var pump = Pump(ScriptedTransport.ThatAccepts());

        var drained = await pump.DrainAsync(null, Stop);

        Assert.Equal((5, Clock.GetUtcNow().AddSeconds(1)), (drained.Handled, drained.NextTurn));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, (await pump.DrainAsync(null, Stop)).Handled);
    }

    [Fact]
    public async Task AllMailOfASlowDomainLeavesAtItsPace()
    {
        await QueueManyAsync();
        var isTooFast = true;
        var transport = new ScriptedTransport(_ => isTooFast ? new Outcome.Deferred("451 4.7.1 too fast") : new Outcome.Accepted("250 ok"));
        using var pump = Pump(transport);
        await pump.DrainAsync(null, Stop);
        var left = (await CountsAsync())["queued"];
        isTooFast = false;

        for (var i = 0; i < 2 * Readers; i++)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(500));
            await pump.DrainAsync(null, Stop);
            Assert.InRange((await CountsAsync())["sent"], 0, 3 + (i * 1.3));
        }

        Assert.Equal(left, (await CountsAsync())["sent"]);
    }

    [Fact]
    public async Task DeliveriesAreCountedByDomain()
    {
        await QueueAsync("ada@example.org");
        await QueueAsync("bo@example.org");
        await QueueAsync("cy@example.net");
        using var pump = Pump(new ScriptedTransport(id => id.StartsWith('4') ? new Outcome.Refused("550 5.1.1 no") : new Outcome.Accepted("250 ok")));
        await pump.DrainAsync(null, Stop);

        var domains = await Book.StatusAsync(Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), 10, Stop);

        Assert.Equal(["example.org", "example.net"], domains.Select(domain => domain.Domain));
        Assert.Equal(3, domains.Sum(domain => domain.Sent + domain.Failed));
        Assert.Equal(2, domains[0].Sent + domains[0].Failed);
    }

    private async Task<Dictionary<string, int>> CountsAsync()
    {
        var states = (await DeliveriesAsync()).CountBy(delivery => delivery.State).ToDictionary();
        return new[] { "queued", "deferred", "failed", "sent" }.ToDictionary(state => state, state => states.GetValueOrDefault(state));
    }

    private async Task QueueManyAsync()
    {
        for (var i = 0; i < Readers; i++)
        {
            await QueueAsync($"r{i}@example.org");
        }
    }
}

public sealed class DomainWatchOnSqlite() : DomainWatchTests(new SqliteFixture());

public sealed class DomainWatchOnPostgreSql() : DomainWatchTests(new PostgreSqlFixture());
