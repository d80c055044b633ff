using System.Security.Cryptography;
using System.Text;
using TrendingMail.Inbound.Classification.Reports;
using TrendingMail.Inbound.Classification.Rules;

namespace TrendingMail.Inbound.Classification.ProviderEvents;

/// <summary>The recipient of an event, with the receiving server's status code and reply.</summary>
/// <param name="Status">The enhanced status code; null if none was given.</param>
internal sealed record EventRecipient(string Address, string? Status = null, string? Diagnostic = null);

/// <summary>An event in the provider's terms, which <c>providers.tsv</c> maps to ours.</summary>
internal sealed record ProviderEvent
{
    private const int MaximumRecipients = 100;

    public required string Provider { get; init; }

    /// <summary>Identifies the event across repeated posts.</summary>
    public required string Id { get; init; }

    /// <summary>The event, from general to specific: <c>bounce permanent noemail</c>.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<EventRecipient> Recipients { get; init; }

    /// <summary>The feedback type of a complaint (RFC 5965); null if none was given.</summary>
    public string? FeedbackType { get; init; }

    public ReturnedMail Returned { get; init; } = new();

    /// <summary>Classifies the event; null if it is not relevant, such as an open.</summary>
    /// <param name="isVerified">Whether the signature was verified.</param>
    public ClassifiedMessage? Classify(bool isVerified)
    {
        if (ProviderRules.Find(Provider, Name) is not { } rule)
        {
            return null;
        }

        var kind = rule.Type switch
        {
            ProviderEventType.Complaint => InboundKind.Complaint,
            ProviderEventType.Unsubscribe => InboundKind.Unsubscribe,
            _ => InboundKind.Bounce,
        };
        var action = rule.Type switch
        {
            ProviderEventType.Failed or ProviderEventType.Unclear => RecipientAction.Failed,
            ProviderEventType.Delayed => RecipientAction.Delayed,
            _ => RecipientAction.Delivered,
        };
        return new ClassifiedMessage
        {
            Kind = kind,
            Detail = kind == InboundKind.Complaint ? (FeedbackType ?? "abuse").ToLowerInvariant() : null,
            VerifiedProvider = isVerified ? Provider : null,
            Returned = Returned,
            Recipients =
            [
                .. Recipients.DistinctBy(r => r.Address, StringComparer.OrdinalIgnoreCase).Take(MaximumRecipients)
                    .Select(r => RecipientInterpreter.InterpretEvent(
                        r.Address, action, r.Status, r.Diagnostic, rule)),
            ],
            Facts = new MailFacts
            {
                MessageId = Id,
                ContentHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Provider}\n{Id}"))),
            },
        };
    }
}
