using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Tests.Delivery.Smtp.Servers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Throttling;

/// <summary>How the dispatcher reacts to replies that concern a whole domain or server.</summary>
public abstract class DeliverabilityMonitorTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    private const int SubscriberCount = 20;

    private DomainThrottleStore Store => new(Database, Clock);

    [Fact]
    public async Task SenderLevelRejectionsFailNoDelivery()
    {
        await QueueManyAsync();
        var isBlocked = true;
        var transport = new ScriptedTransport(_ => isBlocked
            ? new Outcome.Rejected("554 5.7.1 your address is on our blocklist") : new Outcome.Accepted("250 ok"));
        using var dispatcher = CreateDispatcher(transport);

        await dispatcher.DispatchAsync(null, Stop);

        var counts = await CountsAsync();
        Assert.Equal((0, 5, SubscriberCount - 5), (counts["failed"], counts["deferred"], counts["queued"]));
        var throttled = Assert.Single(await Store.ThrottledDomainsAsync(Stop));
        Assert.Equal(("example.org", Clock.GetUtcNow().AddMinutes(15)), (throttled.Domain, throttled.PausedUntil));
        Assert.Contains("your address is on our blocklist", Assert.Single(await Database.ReadAsync(
            session => session.QueryAsync<string>("SELECT text FROM alerts"), Stop)), StringComparison.Ordinal);

        isBlocked = false;
        Clock.Advance(TimeSpan.FromMinutes(16));
        await dispatcher.DispatchAsync(null, Stop);
        Assert.Equal(SubscriberCount, (await CountsAsync())["sent"]);
    }

    [Fact]
    public async Task ADeliveryFailsWhenFewAreRejectedAgainAndAgain()
    {
        await EnqueueAsync("ada@example.org");
        using var dispatcher = CreateDispatcher(
            new ScriptedTransport(_ => new Outcome.Rejected("554 5.7.1 your address is on our blocklist")));

        for (var attempt = 1; attempt < 3; attempt++)
        {
            await dispatcher.DispatchAsync(null, Stop);
            Assert.Equal(1, (await CountsAsync())["deferred"]);
            Clock.Advance(TimeSpan.FromHours(2));
        }

        await dispatcher.DispatchAsync(null, Stop);

        Assert.Equal(1, (await CountsAsync())["failed"]);
        Assert.Empty(await Store.ThrottledDomainsAsync(Stop));
    }

    [Fact]
    public async Task RecipientRejectionsFailTheDeliveries()
    {
        await QueueManyAsync();
        using var dispatcher = CreateDispatcher(
            new ScriptedTransport(_ => new Outcome.Rejected("550 5.1.1 no such user")));

        await dispatcher.DispatchAsync(null, Stop);

        Assert.Equal(SubscriberCount, (await CountsAsync())["failed"]);
        Assert.Empty(await Store.ThrottledDomainsAsync(Stop));
    }

    [Fact]
    public async Task AServerThatRejectsUsForAllDomainsIsPaused()
    {
        for (var i = 0; i < SubscriberCount; i++)
        {
            await EnqueueAsync($"subscriber@domain{i}.example");
        }

        await using var server = new ScriptedSmtpServer(
            line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "554 5.7.1 blocked" : null);
        await using var transport = new SmtpTransport(
            [new SmtpOptions { Host = "127.0.0.1", Port = server.Port, Security = SmtpSecurity.None, Connections = 1 }],
            Clock);
        using var dispatcher = CreateDispatcher(transport);

        var result = await dispatcher.DispatchAsync(null, Stop);

        Assert.Contains(
            "rejects our mail: 554 5.7.1 blocked", result.UnreachableReason, StringComparison.Ordinal);
        var counts = await CountsAsync();
        Assert.Equal((0, 10, SubscriberCount - 10), (counts["failed"], counts["deferred"], counts["queued"]));
    }

    [Fact]
    public async Task ADomainsRateSurvivesARestart()
    {
        await QueueManyAsync();
        using (var dispatcher = CreateDispatcher(
            new ScriptedTransport(_ => new Outcome.Deferred("451 4.7.1 too fast"))))
        {
            await dispatcher.DispatchAsync(null, Stop);
        }

        Assert.Equal(2, Assert.Single(await Store.ThrottledDomainsAsync(Stop)).Rate);
        Clock.Advance(TimeSpan.FromHours(1));
        var transport = ScriptedTransport.AcceptingAll();
        using var next = CreateDispatcher(transport);
        await next.DispatchAsync(null, Stop);

        Assert.Equal(2, transport.SentIds.Count);
    }

    [Fact]
    public async Task ADomainsPauseSurvivesARestart()
    {
        await QueueManyAsync();
        using (var dispatcher = CreateDispatcher(new ScriptedTransport(_ => new Outcome.Rejected("554 5.7.1 blocked"))))
        {
            await dispatcher.DispatchAsync(null, Stop);
        }

        Clock.Advance(TimeSpan.FromMinutes(14));
        var transport = ScriptedTransport.AcceptingAll();
        using var next = CreateDispatcher(transport);
        await next.DispatchAsync(null, Stop);
        Assert.Equal(0, (await CountsAsync())["sent"]);

        Clock.Advance(TimeSpan.FromMinutes(1));
        await next.DispatchAsync(null, Stop);
        Assert.Equal(SubscriberCount, (await CountsAsync())["sent"]);
    }

    [Fact]
    public async Task PostponedDeliveriesAreSentWhenTheirSlotBegins()
    {
        await QueueManyAsync();
        Delivery = Delivery with { Domains = [new DomainOptions { Domain = "example.org", MaxPerMinute = 300 }] };
        using var dispatcher = CreateDispatcher(ScriptedTransport.AcceptingAll());

        var result = await dispatcher.DispatchAsync(null, Stop);

        Assert.Equal((5, Clock.GetUtcNow().AddSeconds(1)), (result.Handled, result.ThrottledUntil));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, (await dispatcher.DispatchAsync(null, Stop)).Handled);
    }

    [Fact]
    public async Task AllMailToAThrottledDomainIsSentAtItsRate()
    {
        await QueueManyAsync();
        var isTooFast = true;
        var transport = new ScriptedTransport(
            _ => isTooFast ? new Outcome.Deferred("451 4.7.1 too fast") : new Outcome.Accepted("250 ok"));
        using var dispatcher = CreateDispatcher(transport);
        await dispatcher.DispatchAsync(null, Stop);
        var remaining = (await CountsAsync())["queued"];
        isTooFast = false;

        for (var i = 0; i < 2 * SubscriberCount; i++)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(500));
            await dispatcher.DispatchAsync(null, Stop);
            Assert.InRange((await CountsAsync())["sent"], 0, 3 + (i * 1.3));
        }

        Assert.Equal(remaining, (await CountsAsync())["sent"]);
    }

    [Fact]
    public async Task DeliveriesAreCountedByDomain()
    {
        await EnqueueAsync("ada@example.org");
        await EnqueueAsync("bo@example.org");
        await EnqueueAsync("cy@example.net");
        using var dispatcher = CreateDispatcher(
            new ScriptedTransport(
                id => id.StartsWith('4') ? new Outcome.Rejected("550 5.1.1 no") : new Outcome.Accepted("250 ok")));
        await dispatcher.DispatchAsync(null, Stop);

        var domains = await Store.StatusAsync(Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), 10, Stop);

        Assert.Equal(["example.org", "example.net"], domains.Select(domain => domain.Domain));
        Assert.Equal(3, domains.Sum(domain => domain.Sent + domain.Failed));
        Assert.Equal(2, domains[0].Sent + domains[0].Failed);
    }

    private async Task<Dictionary<string, int>> CountsAsync()
    {
        var states = (await DeliveriesAsync()).CountBy(delivery => delivery.State).ToDictionary();
        return new[] { "queued", "deferred", "failed", "sent" }.ToDictionary(
            state => state, state => states.GetValueOrDefault(state));
    }

    private async Task QueueManyAsync()
    {
        for (var i = 0; i < SubscriberCount; i++)
        {
            await EnqueueAsync($"r{i}@example.org");
        }
    }
}

public sealed class DeliverabilityMonitorOnSqlite() : DeliverabilityMonitorTests(new SqliteFixture());

public sealed class DeliverabilityMonitorOnPostgreSql() : DeliverabilityMonitorTests(new PostgreSqlFixture());
