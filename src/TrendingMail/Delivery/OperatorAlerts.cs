using Microsoft.Extensions.Logging;
using MimeKit;
using TrendingMail.Rendering;
using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>
/// Tells the operator by mail and in the log what needs a person, each thing once. The mail goes to
/// <c>Site:Contact</c>.
/// </summary>
public sealed class OperatorAlerts(
    Database database, MailRenderer renderer, MailOptions mail, SiteOptions site, DkimSignatures dkim, TimeProvider clock,
    ILogger<OperatorAlerts> logger)
{
    /// <param name="key">What makes it the same alert: raised again, it changes nothing.</param>
    public Task RaiseAsync(string key, string subject, string text, CancellationToken cancellationToken) =>
        database.WriteAsync(session => RaiseAsync(session, key, subject, text), cancellationToken);

    /// <summary>Raises an alert in the transaction of what it tells of: a crash loses neither of them alone.</summary>
    /// <inheritdoc cref="RaiseAsync(string, string, string, CancellationToken)"/>
    public async Task RaiseAsync(Session session, string key, string subject, string text)
    {
        var rows = await session.ExecuteAsync("""
            INSERT INTO alerts (key, subject, text, raised_at) VALUES (@key, @subject, @text, @now) ON CONFLICT DO NOTHING
            """, new { key, subject, text, now = clock.GetUtcNow() });
        if (rows > 0)
        {
            logger.LogWarning("{Subject}. {Text}", subject, text);
        }
    }

    /// <summary>Sends what was raised and not sent yet.</summary>
    /// <returns>Why no server was to be had; null where all is well.</returns>
    public async Task<string?> SendAsync(IMailTransport transport, CancellationToken cancellationToken)
    {
        var waiting = await database.ReadAsync(session => session.QueryAsync<Alert>(
            "SELECT id, subject, text, raised_at FROM alerts WHERE sent_at IS NULL ORDER BY id"), cancellationToken);
        if (waiting.Count == 0)
        {
            return null;
        }

        var lanes = transport.OpenLanes();
        try
        {
            foreach (var alert in waiting)
            {
                if (await SendAsync(alert, lanes[0], cancellationToken) is Outcome.Unreachable { Reply: var reason })
                {
                    return reason;
                }
            }

            return null;
        }
        finally
        {
            foreach (var lane in lanes)
            {
                await lane.DisposeAsync();
            }
        }
    }

    private async Task<Outcome?> SendAsync(Alert alert, IMailLane lane, CancellationToken cancellationToken)
    {
        // Marked first, so that of two processes one sends it. A refusal is not tried again: the log has the alert.
        if (!await MarkAsync(alert.Id, clock.GetUtcNow(), cancellationToken))
        {
            return null;
        }

        using var envelope = Compose(alert);
        Outcome outcome = await lane.ReadyAsync(cancellationToken) is { } reason
            ? new Outcome.Unreachable(reason)
            : await lane.SendAsync(envelope, cancellationToken);
        if (outcome is Outcome.Unreachable)
        {
            await MarkAsync(alert.Id, null, CancellationToken.None);
        }
        else if (outcome is not Outcome.Accepted)
        {
            logger.LogError("The alert '{Subject}' did not reach Site:Contact: {Outcome}", alert.Subject, outcome);
        }

        return outcome;
    }

    private async Task<bool> MarkAsync(long id, DateTimeOffset? sentAt, CancellationToken cancellationToken) =>
        await database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE alerts SET sent_at = @sentAt WHERE id = @id AND (sent_at IS NULL OR @sentAt IS NULL)
            """, new { id, sentAt }), cancellationToken) > 0;

    private Envelope Compose(Alert alert)
    {
        var content = renderer.Render("alert", Model.Of(
            ("alert", Model.Of(("subject", alert.Subject), ("text", alert.Text)))), alert.Text, withHtml: true);
        using var message = MimeBuilder.Build(content, new MailHeaders
        {
            From = new MailboxAddress(site.Name, mail.From),
            To = new MailboxAddress("", site.Contact),
            MessageId = $"alert.{alert.Id}@{mail.Domain}",
            Date = alert.RaisedAt,
            FeedbackId = $"alert:operator:trendingmail:{mail.Domain}",
        });
        return new Envelope(message.MessageId!, mail.From, site.Contact, dkim.Sign(message));
    }

    private sealed record Alert
    {
        public required long Id { get; init; }

        public required string Subject { get; init; }

        public required string Text { get; init; }

        public required DateTimeOffset RaisedAt { get; init; }
    }
}
