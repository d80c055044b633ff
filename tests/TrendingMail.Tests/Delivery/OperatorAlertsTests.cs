using TrendingMail.Delivery;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

public abstract class OperatorAlertsTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    [Fact]
    public async Task AnAlertIsMailedOnceHoweverOftenItIsRaised()
    {
        var transport = ScriptedTransport.AcceptingAll();

        for (var i = 0; i < 3; i++)
        {
            await Alerts.RaiseAsync("thin-2026-11-23", "The edition is thin", "It has 3 papers.", Stop);
            Assert.Null(await Alerts.SendAsync(transport, Stop));
        }

        Assert.Equal(["alert.1@papers.example.org"], transport.SentIds);
    }

    [Fact]
    public async Task AnAlertWaitsForAnUnreachableServer()
    {
        await Alerts.RaiseAsync("thin", "The edition is thin", "It has 3 papers.", Stop);

        Assert.Equal("gone", await Alerts.SendAsync(new ScriptedTransport(_ => new Outcome.Unreachable("gone")), Stop));
        var transport = ScriptedTransport.AcceptingAll();
        Assert.Null(await Alerts.SendAsync(transport, Stop));

        Assert.Single(transport.SentIds);
    }

    [Fact]
    public async Task ARejectedAlertIsNotRetried()
    {
        await Alerts.RaiseAsync("thin", "The edition is thin", "It has 3 papers.", Stop);
        var transport = new ScriptedTransport(_ => new Outcome.Rejected("550 no such user"));

        await Alerts.SendAsync(transport, Stop);
        await Alerts.SendAsync(transport, Stop);

        Assert.Single(transport.SentIds);
    }
}

public sealed class OperatorAlertsOnSqlite() : OperatorAlertsTests(new SqliteFixture());

public sealed class OperatorAlertsOnPostgreSql() : OperatorAlertsTests(new PostgreSqlFixture());
