using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

/// <summary>A ledger in which a test queues digests, with readers who have had their welcome.</summary>
public abstract class LedgerBook(DatabaseFixture fixture) : StorageTests(fixture)
{
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

    protected Task<ClaimedDelivery?> ClaimAsync() => ClaimAsync("here/1/1");

    protected Task<ClaimedDelivery?> ClaimAsync(string node) => Ledger.ClaimAsync(node, Stop);

    protected Task<bool> RecordAsync(ClaimedDelivery delivery, Verdict verdict) =>
        Ledger.RecordAsync(delivery, "here/1/1", verdict, Stop);

    /// <summary>State and number of attempts of every delivery.</summary>
    protected Task<IReadOnlyList<(string State, int Attempts)>> DeliveriesAsync() => Database.ReadAsync(
        session => session.QueryAsync<(string, int)>("SELECT state, attempts FROM deliveries ORDER BY id"), Stop);
}
