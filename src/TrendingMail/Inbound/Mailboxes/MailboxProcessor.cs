using Microsoft.Extensions.Logging;
using TrendingMail.Inbound.Actions;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>Classifies a message from a mailbox and acts on it.</summary>
public sealed class MailboxProcessor(InboundMessageHandler handler, ILogger<MailboxProcessor> logger)
{
    /// <returns>
    /// Whether the message was durably handled and may be removed from the mailbox. Mail from people, and messages that
    /// could not be classified, are left for the operator.
    /// </returns>
    public async Task<bool> ProcessAsync(ReadOnlyMemory<byte> mail, string source, CancellationToken cancellationToken)
    {
        try
        {
            var (message, result) = await handler.ProcessAsync(mail, source, cancellationToken);
            if (result is { IsNew: true, Actions.Count: 0, DomainReports.Count: 0 })
            {
                logger.LogInformation(
                    "Inbound {Kind} in {Source} concerns no known subscriber", message.Kind.ToColumn(), source);
            }

            return !result.NeedsOperator;
        }
        catch (Exception e) when (e is not (OperationCanceledException or TrendingMailException))
        {
            // A message that triggers a bug must not block the others.
            logger.LogError(e, "Failed to process a message in {Source}; it was left there", source);
            return false;
        }
    }
}
