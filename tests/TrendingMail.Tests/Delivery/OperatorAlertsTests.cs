using TrendingMail.Delivery;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

public abstract class OperatorAlertsTests(DatabaseFixture fixture) : LedgerBook(fixture)
{
    [Fact]
    public async Task AnAlertIsMailedOnceHoweverOftenItIsRaised()
    {
        var transport = ScriptedTransport.ThatAccepts();

        for (var i = 0; i < 3; i++)
        {
            await Alerts.RaiseAsync("thin-2026-11-23", "The edition is thin", "It has 3 papers.", Stop);
            Assert.Null(await Alerts.SendAsync(transport, Stop));
        }

        Assert.Equal(["alert.1@papers.example.org"], transport.Handed);
    }

    [Fact]
    public async Task AnAlertWaitsForAServerThatIsAway()
    {
        await Alerts.RaiseAsync("thin", "The edition is thin", "It has 3 papers.", Stop);

        Assert.Equal("gone", await Alerts.SendAsync(new ScriptedTransport(_ => new Outcome.Unreachable("gone")), Stop));
        var transport = ScriptedTransport.ThatAccepts();
        Assert.Null(await Alerts.SendAsync(transport, Stop));

        Assert.Single(transport.Handed);
    }

    [Fact]
    public async Task AnAlertThatIsRefusedIsNotTriedAgain()
    {
        await Alerts.RaiseAsync("thin", "The edition is thin", "It has 3 papers.", Stop);
        var transport = new ScriptedTransport(_ => new Outcome.Refused("550 no such user"));

        await Alerts.SendAsync(transport, Stop);
        await Alerts.SendAsync(transport, Stop);

        Assert.Single(transport.Handed);
    }
}

public sealed class OperatorAlertsOnSqlite() : OperatorAlertsTests(new SqliteFixture());

public sealed class OperatorAlertsOnPostgreSql() : OperatorAlertsTests(new PostgreSqlFixture());
