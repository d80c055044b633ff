using TrendingMail.Delivery;
using TrendingMail.Delivery.History;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Throttling.WarmUp;

/// <summary>What happens to a delivery for which a server has no room.</summary>
public abstract class WarmUpDispatchTests(DatabaseFixture fixture) : WarmUpTestBase(fixture)
{
    [Fact]
    public async Task ADeliveryOverTheCapGoesToAServerWithoutOne()
    {
        var fleet = CreateFleet(Warming("mx1", 10, domain: 10), new SmtpOptions { Host = "mx2" });
        await QueueDigestsAsync(30);

        await DispatchAsync(fleet);

        Assert.Equal(30, fleet.Handed.Select(message => message.Recipient).Distinct().Count());
        Assert.InRange(fleet.Handed.Count(message => message.Server == Mx1), 0, 9);
        Assert.Equal(30, fleet.Handed.Count);
        await AssertCountsAsync();
    }

    [Fact]
    public async Task AFullDomainGoesToAnotherServerThatIsWarmedUp()
    {
        var fleet = CreateFleet(Warming("mx1", 40, domain: 6), Warming("mx2", 40, domain: 11));
        await QueueDigestsAsync(15, "gmail.com");
        await QueueDigestsAsync(15, "example.org");

        await DispatchAsync(fleet);

        Assert.Equal(
            [(Mx1, "example.org", 5), (Mx1, "gmail.com", 5), (Mx2, "example.org", 10), (Mx2, "gmail.com", 10)],
            fleet.Handed.GroupBy(message => (message.Server, message.Domain))
                .Select(group => (group.Key.Server, group.Key.Domain, group.Count())).Order());
        Assert.Equal(["example.org", "gmail.com"], (await StatusAsync(Mx1)).Domains);
    }

    [Fact]
    public async Task ADeliveryWithoutRoomWaitsAndItsHistorySaysWhy()
    {
        var fleet = CreateFleet(Warming("mx1", 2, domain: 2));
        await QueueDigestsAsync(2);

        var result = await DispatchAsync(fleet);

        Assert.Single(fleet.Handed);
        var subscriber = await Subscribers.FindAsync(Address("r1@example.org"), Stop);
        var trace = Assert.Single(await TraceAsync(subscriber!.Id));
        Assert.Equal(DeliveryState.Queued, trace.State);
        Assert.Equal(
            "postponed by the warm-up of mx1:25: cap of 2 for 2026-11-23 is used up, but for 1 kept for notices",
            trace.Reply);
        Assert.Equal((DeliveryEventKind.Postponed, trace.Reply),
            (Assert.Single(trace.Events).Kind, trace.Events[0].Detail));
        Assert.Equal(Morning.AddHours(1), trace.NextAttemptAt);
        Assert.Equal(trace.NextAttemptAt, result.ThrottledUntil);
        Assert.Equal(0, trace.Attempts);
        await AssertCountsAsync();
    }

    [Fact]
    public async Task ADeliveryThatFindsNoRoomBeforeItExpiresFailsAndTheOperatorIsAlerted()
    {
        Delivery = new DeliveryOptions { GiveUpHours = 4 };
        var fleet = CreateFleet(Warming("mx1", 3, domain: 3));
        await QueueDigestsAsync(7);

        for (var i = 0; i < 17; i++)
        {
            await DispatchAsync(fleet);
            Clock.Advance(TimeSpan.FromMinutes(15));
        }

        Assert.Equal(2, fleet.Handed.Count(message => message.IsDigest));
        Assert.All(await RepliesAsync("failed"), reply => Assert.StartsWith(
            "given up: no room before its expiry in the warm-up of mx1:25: cap of 3 for 2026-11-23 is used up", reply,
            StringComparison.Ordinal));
        Assert.Equal((2, 5), (await CountStateAsync("sent"), await CountStateAsync("failed")));
        var status = await StatusAsync(Mx1);
        Assert.Equal((3, 2, 1, 5, 1), (status.Cap, status.Digests, status.Notices, status.Expired, status.Number));
        var (subject, text) = Assert.Single(await AlertsAsync());
        Assert.Equal("5 messages did not fit the warm-up of mx1:25", subject);
        Assert.Contains("may be handed 3 messages on day 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADeliveryThatExpiresWhileTheProgramIsStoppedNamesTheCapToo()
    {
        var fleet = CreateFleet(Warming("mx1", 2, domain: 2));
        await QueueDigestsAsync(3);
        await DispatchAsync(fleet);

        Clock.Advance(TimeSpan.FromDays(2));
        await DispatchAsync(fleet);

        Assert.All(await RepliesAsync("failed"), reply => Assert.StartsWith(
            "not sent before its expiry; postponed by the warm-up of mx1:25: cap of 2 for 2026-11-23", reply,
            StringComparison.Ordinal));
        Assert.Equal((1, 2), (fleet.Handed.Count(message => message.IsDigest), (await RepliesAsync("failed")).Count));
        Assert.Single(await AlertsAsync());
    }

    [Fact]
    public async Task ADeliveryWaitsAMinuteForAServerWithoutACapThatIsDown()
    {
        var fleet = CreateFleet(Warming("mx1", 2, domain: 2), new SmtpOptions { Host = "mx2" });
        fleet.Down = Mx2;
        await QueueDigestsAsync(3);
        var start = Clock.GetUtcNow();

        var dispatching = DispatchAsync(fleet);
        await dispatching;
        Assert.Equal((1, start.AddMinutes(1)), (fleet.Handed.Count, (await dispatching).ThrottledUntil));

        fleet.Down = null;
        Clock.Advance(TimeSpan.FromMinutes(1));
        await DispatchAsync(fleet);
        Assert.Equal([Mx1, Mx2, Mx2], fleet.Handed.Select(message => message.Server));
    }

    [Fact]
    public async Task DigestsDoNotUseWhatIsKeptForNotices()
    {
        var fleet = CreateFleet(Warming("mx1", 20, domain: 20));
        await QueueDigestsAsync(30);
        await DispatchAsync(fleet);
        Assert.Equal(18, fleet.Handed.Count);

        var subscriber = await Subscribers.FindAsync(Address("r1@example.org"), Stop);
        await QueueNoticeAsync(subscriber!.Id, 1);
        await DispatchAsync(fleet);

        Assert.Equal((18, 1), (fleet.Handed.Count(m => m.IsDigest), fleet.Handed.Count(m => !m.IsDigest)));
        var status = await StatusAsync(Mx1);
        Assert.Equal((18, 1), (status.Digests, status.Notices));
    }

    [Fact]
    public async Task AMessageThatIsNotHandedOverDoesNotCount()
    {
        WarmUps = new([Warming("mx1", 3, domain: 3)]);
        await QueueDigestsAsync(4);
        var fleet = new FleetTransport(Clock, Mx1);
        using (var dispatcher = base.CreateDispatcher(
            fleet, (_, _, _) => Task.FromResult<Composition>(new Composition.Skip("nothing to say"))))
        {
            await dispatcher.DispatchAsync(null, Stop);
        }

        Assert.Equal(4, await CountStateAsync("skipped"));
        Assert.Equal(0, (await StatusAsync(Mx1)).Used);
    }

    [Fact]
    public async Task WhatWaitsIsSentWhenTheProgramStartsWithAHigherCap()
    {
        var fleet = CreateFleet(Warming("mx1", 5, domain: 5));
        await QueueDigestsAsync(20);
        await DispatchAsync(fleet);
        Assert.Equal(4, fleet.Handed.Count);

        WarmUps = new([Warming("mx1", 12, domain: 12)]);
        await DispatchAsync(fleet);

        Assert.Equal(11, fleet.Handed.Count);
    }

    [Fact]
    public async Task WhatWaitsIsSentWhenTheProgramStartsWithoutTheWarmUp()
    {
        var fleet = CreateFleet(Warming("mx1", 5, domain: 5));
        await QueueDigestsAsync(20);
        await DispatchAsync(fleet);

        WarmUps = new([new SmtpOptions { Host = "mx1" }]);
        await DispatchAsync(fleet);

        Assert.Equal(20, fleet.Handed.Count);
    }

    [Fact]
    public async Task WhatWaitsIsTriedAgainInTheNextHour()
    {
        var fleet = CreateFleet(Warming("mx1", 5, domain: 5));
        await QueueDigestsAsync(20);
        using var dispatcher = CreateDispatcher(fleet);
        await dispatcher.DispatchAsync(null, Stop);
        Assert.Equal((4, 16), (fleet.Handed.Count, (await StatusAsync(Mx1)).Postponed));

        Clock.Advance(TimeSpan.FromHours(1));
        await dispatcher.DispatchAsync(null, Stop);

        Assert.Equal((4, 32), (fleet.Handed.Count, (await StatusAsync(Mx1)).Postponed));
    }

    [Fact]
    public async Task AnAlertCountsAsANoticeAndWaitsForRoom()
    {
        var fleet = CreateFleet(Warming("mx1", 2, domain: 2));
        using var dispatcher = CreateDispatcher(fleet);
        foreach (var number in (string[])["one", "two", "three"])
        {
            await Alerts.RaiseAsync(number, $"Problem {number}", "See the log.", Stop);
        }

        await dispatcher.DispatchAsync(null, Stop);
        Assert.Equal((2, 2), (fleet.Handed.Count, (await StatusAsync(Mx1)).Notices));

        Clock.Advance(TimeSpan.FromDays(1));
        await dispatcher.DispatchAsync(null, Stop);
        Assert.Equal(3, fleet.Handed.Count);
    }

    [Fact]
    public async Task AServerCarriesNoMailBeforeItsFirstDay()
    {
        var options = Warming("mx1", 5);
        var fleet = CreateFleet(
            options with { WarmUp = options.WarmUp with { FirstDay = Today.AddDays(3) } },
            new SmtpOptions { Host = "mx2" });
        await QueueDigestsAsync(5);

        await DispatchAsync(fleet);

        Assert.All(fleet.Handed, message => Assert.Equal(Mx2, message.Server));
        Assert.Equal("mx1:25 carries no mail before its warm-up begins on 2026-11-26.",
            (await StatusAsync(Mx1)).ToString());
    }

    [Fact]
    public async Task WithoutAWarmUpNothingIsCounted()
    {
        var fleet = CreateFleet(new SmtpOptions { Host = "mx1" });
        await QueueDigestsAsync(3);

        await DispatchAsync(fleet);

        Assert.Equal(3, fleet.Handed.Count);
        Assert.Equal(0, await CountAsync("warm_up_usage"));
    }

    private Task<long> CountStateAsync(string state) => Database.ReadAsync(
        session => session.SingleAsync<long>("SELECT COUNT(*) FROM deliveries WHERE state = @state", new { state }),
        Stop);

    private Task<IReadOnlyList<(string Subject, string Text)>> AlertsAsync() => Database.ReadAsync(
        session => session.QueryAsync<(string, string)>("SELECT subject, text FROM alerts"), Stop);
}

public sealed class WarmUpDispatchOnSqlite() : WarmUpDispatchTests(new SqliteFixture());

public sealed class WarmUpDispatchOnPostgreSql() : WarmUpDispatchTests(new PostgreSqlFixture());
