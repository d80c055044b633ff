using Microsoft.Extensions.Logging;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>Takes a mail from a mailbox: what is it, and what follows.</summary>
public sealed class Intake(InboundDesk desk, ILogger<Intake> logger)
{
    /// <returns>
    /// Whether it has been dealt with, durably, and may leave its mailbox; what people write, and what was not
    /// understood, stays for the operator.
    /// </returns>
    public async Task<bool> TakeAsync(ReadOnlyMemory<byte> mail, string source, CancellationToken cancellationToken)
    {
        try
        {
            var classification = Classifier.Classify(mail);
            var result = await desk.HandleAsync(classification, source, cancellationToken);
            if (result is { IsNew: true, Actions.Count: 0 })
            {
                logger.LogInformation(
                    "A mail ({Kind}) in {Source} concerns no reader", classification.Kind.ToColumn(), source);
            }

            return !result.IsForOperator;
        }
        catch (Exception e) when (e is not (OperationCanceledException or TrendingMailException))
        {
            // One mail that shows a defect of ours must not keep the others from being read.
            logger.LogError(e, "A mail is left in {Source}: it could not be dealt with", source);
            return false;
        }
    }
}
