using System.Security.Cryptography;
using System.Text;
using TrendingMail.Inbound.Reports;
using TrendingMail.Inbound.Rules;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>Whom an event is about, and what the receiving server said.</summary>
/// <param name="Status">The enhanced status code; null where none was given.</param>
internal sealed record EventRecipient(string Address, string? Status = null, string? Said = null);

/// <summary>An event in a provider's own words; <c>providers.tsv</c> tells what they mean.</summary>
internal sealed record ProviderEvent
{
    private const int MaximumRecipients = 100;

    public required string Provider { get; init; }

    /// <summary>The same whenever the event comes again, and no other event's.</summary>
    public required string Id { get; init; }

    /// <summary>What happened, the general word first: <c>bounce permanent noemail</c>.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<EventRecipient> Recipients { get; init; }

    /// <summary>Of a complaint, RFC 5965's type; null where none was given.</summary>
    public string? FeedbackType { get; init; }

    public ReturnedMail Returned { get; init; } = new();

    /// <summary>What it means; null where it is nothing that concerns us, such as that a mail was opened.</summary>
    /// <param name="isVouched">Whether its signature was verified.</param>
    public Classification? Read(bool isVouched)
    {
        if (ProviderRules.Find(Provider, Name) is not { } rule)
        {
            return null;
        }

        var kind = rule.Meaning switch
        {
            ProviderMeaning.Complaint => InboundKind.Complaint,
            ProviderMeaning.Unsubscribe => InboundKind.Unsubscribe,
            _ => InboundKind.Bounce,
        };
        var action = rule.Meaning switch
        {
            ProviderMeaning.Failed => RecipientAction.Failed,
            ProviderMeaning.Delayed => RecipientAction.Delayed,
            _ => RecipientAction.Delivered,
        };
        return new Classification
        {
            Kind = kind,
            Detail = kind == InboundKind.Complaint ? (FeedbackType ?? "abuse").ToLowerInvariant() : null,
            VouchedBy = isVouched ? Provider : null,
            Returned = Returned,
            Recipients =
            [
                .. Recipients.DistinctBy(r => r.Address, StringComparer.OrdinalIgnoreCase).Take(MaximumRecipients)
                    .Select(r => Judgement.OfEvent(r.Address, action, r.Status, r.Said ?? rule.MadeFor, rule.Reason)),
            ],
            Facts = new MailFacts
            {
                MessageId = Id,
                Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Provider}\n{Id}"))),
            },
        };
    }
}
