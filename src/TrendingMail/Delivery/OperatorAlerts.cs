using Microsoft.Extensions.Logging;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Messages;
using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>
/// Alerts the operator to what needs attention, by mail to <c>Site:Contact</c> and in the log, once for each alert.
/// </summary>
public sealed class OperatorAlerts(
    Database database, MessageComposer messages, TimeProvider clock, ILogger<OperatorAlerts> logger,
    WarmUpLimiter? warmUps = null)
{
    /// <param name="key">Identifies the alert: raising it again has no effect.</param>
    public Task RaiseAsync(string key, string subject, string text, CancellationToken cancellationToken) =>
        database.WriteAsync(session => RaiseAsync(session, key, subject, text), cancellationToken);

    /// <summary>
    /// Raises an alert in the transaction of its cause, so that a crash cannot lose only one of them.
    /// </summary>
    /// <inheritdoc cref="RaiseAsync(string, string, string, CancellationToken)"/>
    public async Task RaiseAsync(Session session, string key, string subject, string text)
    {
        var rows = await session.ExecuteAsync("""
            INSERT INTO alerts (key, subject, text, raised_at)
            VALUES (@key, @subject, @text, @now)
            ON CONFLICT DO NOTHING
            """, new { key, subject, text, now = clock.GetUtcNow() });
        if (rows > 0)
        {
            logger.LogWarning("{Subject}. {Text}", subject, text);
        }
    }

    /// <summary>Counts the alerts raised after an instant whose key begins with a prefix.</summary>
    public static Task<int> CountAsync(Session session, string keyPrefix, DateTimeOffset after) =>
        session.SingleAsync<int>(
            "SELECT COUNT(*) FROM alerts WHERE raised_at > @after AND key LIKE @pattern",
            new { after, pattern = $"{keyPrefix}%" });

    /// <summary>Counts the alerts raised before an instant that have not been mailed.</summary>
    public static Task<long> CountUnsentAsync(Session session, DateTimeOffset before) => session.SingleAsync<long>(
        "SELECT COUNT(*) FROM alerts WHERE sent_at IS NULL AND raised_at < @before", new { before });

    /// <summary>
    /// Sends the alerts that have not been sent yet, unless delivery is on hold. Those for which the warm-up of no
    /// server has room wait.
    /// </summary>
    /// <returns>Why no server was available; null if one was.</returns>
    public async Task<string?> SendAsync(IMailTransport transport, CancellationToken cancellationToken)
    {
        var pending = await database.ReadAsync(session => session.QueryAsync<Alert>("""
            SELECT id, subject, text, raised_at
            FROM alerts
            WHERE sent_at IS NULL AND NOT EXISTS (SELECT 1 FROM delivery_hold)
            ORDER BY id
            """), cancellationToken);
        if (pending.Count == 0)
        {
            return null;
        }

        var connections = transport.CreateConnections();
        try
        {
            foreach (var alert in pending)
            {
                if (await SendAsync(alert, connections, cancellationToken) is Outcome.Unreachable { Reply: var reason })
                {
                    return reason;
                }
            }

            return null;
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task<Outcome?> SendAsync(
        Alert alert, IReadOnlyList<IMailConnection> connections, CancellationToken cancellationToken)
    {
        using var envelope = messages.ComposeAlert(alert.Id, alert.RaisedAt, alert.Subject, alert.Text);
        var (connection, permit) = warmUps is { IsActive: true }
            ? await warmUps.FindRoomAsync(connections, envelope.RecipientDomain, MessageClass.Notice)
            : (connections[0], null);
        if (connection is null)
        {
            return null;
        }

        var outcome = await SendAsync(alert, envelope, connection, cancellationToken);
        if (outcome is null or Outcome.Unreachable)
        {
            warmUps?.GiveBack(permit);
        }

        return outcome;
    }

    private async Task<Outcome?> SendAsync(
        Alert alert, Envelope envelope, IMailConnection connection, CancellationToken cancellationToken)
    {
        // Marked before sending, so that only one of two processes sends it. A rejected alert is not retried; it is in
        // the log.
        if (!await SetSentAtAsync(alert.Id, clock.GetUtcNow(), cancellationToken))
        {
            return null;
        }

        Outcome outcome = await connection.PrepareAsync(cancellationToken) is { } reason
            ? new Outcome.Unreachable(reason)
            : await connection.SendAsync(envelope, cancellationToken);
        if (outcome is Outcome.Unreachable)
        {
            await SetSentAtAsync(alert.Id, null, CancellationToken.None);
        }
        else if (outcome is not Outcome.Accepted)
        {
            logger.LogError(
                "The alert '{Subject}' could not be delivered to Site:Contact: {Outcome}", alert.Subject, outcome);
        }

        return outcome;
    }

    private async Task<bool> SetSentAtAsync(long id, DateTimeOffset? sentAt, CancellationToken cancellationToken) =>
        await database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE alerts SET sent_at = @sentAt WHERE id = @id AND (sent_at IS NULL OR @sentAt IS NULL)
            """, new { id, sentAt }), cancellationToken) > 0;

    private sealed record Alert
    {
        public required long Id { get; init; }

        public required string Subject { get; init; }

        public required string Text { get; init; }

        public required DateTimeOffset RaisedAt { get; init; }
    }
}
