using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>What one transaction changes about how many deliveries of each mailing are in each state.</summary>
internal sealed class MailingCounts
{
    private static readonly DeliveryState[] States = Enum.GetValues<DeliveryState>();

    private readonly Dictionary<long, long[]> changes = [];

    public void Move(long mailingId, DeliveryState from, DeliveryState to)
    {
        if (!changes.TryGetValue(mailingId, out var change))
        {
            changes.Add(mailingId, change = new long[States.Length]);
        }

        change[(int)from]--;
        change[(int)to]++;
    }

    public async Task WriteAsync(Statements statements)
    {
        foreach (var (mailingId, change) in changes)
        {
            await statements.ExecuteAsync("""
                UPDATE mailings
                SET queued = queued + @queued, sending = sending + @sending, sent = sent + @sent,
                    deferred = deferred + @deferred, failed = failed + @failed, skipped = skipped + @skipped,
                    uncertain = uncertain + @uncertain
                WHERE id = @id
                """,
                ("@queued", change[(int)DeliveryState.Queued]),
                ("@sending", change[(int)DeliveryState.Sending]),
                ("@sent", change[(int)DeliveryState.Sent]),
                ("@deferred", change[(int)DeliveryState.Deferred]),
                ("@failed", change[(int)DeliveryState.Failed]),
                ("@skipped", change[(int)DeliveryState.Skipped]),
                ("@uncertain", change[(int)DeliveryState.Uncertain]),
                ("@id", mailingId));
        }
    }
}
