using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Storage;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

/// <summary>A ledger in which a test queues digests, with readers who have had their welcome.</summary>
public abstract class LedgerBook(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const string Here = "here/1/1";

    private readonly Dictionary<string, LedgerClerk> clerks = [];

    protected OperatorAlerts Alerts => new MailRoom(Database, Clock).Alerts;

    /// <summary>Queues today's digest to a new reader.</summary>
    protected async Task<bool> QueueAsync(string address) => await QueueAsync((await AddReaderAsync(address)).Id, Today);

    protected async Task<bool> QueueAsync(long readerId, DateOnly day)
    {
        var isNew = await Database.WriteAsync(
            session => Ledger.QueueAsync(session, Digest.MailingOf(weekly: false, day), readerId), Stop);
        await Database.WriteAsync(session => session.ExecuteAsync("""
            DELETE FROM deliveries WHERE mailing_id IN (SELECT id FROM mailings WHERE kind = 'welcome')
            """), Stop);
        return isNew;
    }

    protected Task<ClaimedDelivery?> BeginAsync() => BeginAsync(Here);

    /// <summary>Claims the next delivery and marks it as in flight; null where none is ready.</summary>
    protected async Task<ClaimedDelivery?> BeginAsync(string node)
    {
        if ((await Ledger.ClaimAsync(node, 1, Stop)).SingleOrDefault() is not { } delivery)
        {
            return null;
        }

        Assert.True(await Clerk(node).BeginAsync(delivery));
        return delivery;
    }

    protected Task<bool> RecordAsync(ClaimedDelivery delivery, Verdict verdict) => RecordAsync(delivery, Here, verdict);

    protected Task<bool> RecordAsync(ClaimedDelivery delivery, string node, Verdict verdict) =>
        Clerk(node).RecordAsync(delivery, verdict);

    /// <summary>The clerk of a node; ends with the test.</summary>
    protected LedgerClerk Clerk(string node)
    {
        if (!clerks.TryGetValue(node, out var clerk))
        {
            clerks.Add(node, clerk = new LedgerClerk(Database, new DeliveryOptions(), Clock, NullLogger<LedgerClerk>.Instance, node));
        }

        return clerk;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var clerk in clerks.Values)
        {
            await clerk.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A pump on this ledger.</summary>
    protected DeliveryPump Pump(IMailTransport transport, Composer? composer = null) =>
        new(Ledger, Clerk(NodeId.Own), new DomainBook(Database, Clock), Alerts, transport, [composer ?? TestEnvelopes.Composer()], Delivery, Clock,
            NullLogger<DeliveryPump>.Instance);

    /// <summary>Asserts that every mailing's counts are what its rows say.</summary>
    protected async Task AssertCountsAsync()
    {
        var counted = await Database.ReadAsync(session => session.QueryAsync<(string State, long Deliveries)>(
            "SELECT state, COUNT(*) FROM deliveries GROUP BY state"), Stop);
        foreach (var state in Enum.GetValues<DeliveryState>().Select(state => state.ToColumn()))
        {
            Assert.Equal(
                (state, counted.SingleOrDefault(row => row.State == state).Deliveries),
                (state, await Database.ReadAsync(
                    session => session.SingleAsync<long>($"SELECT COALESCE(SUM({state}), 0) FROM mailings"), Stop)));
        }
    }

    /// <summary>State and number of attempts of every delivery.</summary>
    protected Task<IReadOnlyList<(string State, int Attempts)>> DeliveriesAsync() => Database.ReadAsync(
        session => session.QueryAsync<(string, int)>("SELECT state, attempts FROM deliveries ORDER BY id"), Stop);
}
