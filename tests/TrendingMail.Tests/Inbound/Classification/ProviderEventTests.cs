using System.Text.Json;
using TrendingMail.Delivery.Replies;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Classification.ProviderEvents;

namespace TrendingMail.Tests.Inbound.Classification;

public sealed class ProviderEventTests
{
    /// <summary>Providers also report out-of-office messages as bounces of an unknown cause.</summary>
    [Theory]
    [InlineData("Transient", "General", "", InboundAction.Noted)]
    [InlineData("Transient", "Undetermined", "", InboundAction.Noted)]
    [InlineData("Undetermined", "Undetermined", "", InboundAction.Noted)]
    [InlineData("Transient", "General", "smtp; 552 5.2.2 mailbox full", InboundAction.Scored)]
    [InlineData("Undetermined", "Undetermined", "smtp; 550 5.1.1 user unknown", InboundAction.Suppressed)]
    [InlineData("Transient", "General", "smtp; 554 your host is in an RBL", InboundAction.Alerted)]
    [InlineData("Transient", "MailboxFull", "", InboundAction.Scored)]
    [InlineData("Permanent", "General", "", InboundAction.Suppressed)]
    public void ABounceWithoutACauseIsOnlyNoted(string type, string subtype, string diagnostic, InboundAction action)
    {
        var message = SesBounce(type, subtype, diagnostic);

        Assert.Equal(InboundKind.Bounce, message.Kind);
        Assert.Equal(action, InboundActions.For(Assert.Single(message.Recipients), isVerified: true));
    }

    /// <summary>The description of an event is ours and not matched by the rules for servers' words.</summary>
    [Theory]
    [InlineData("Transient", "ContentRejected", BounceReason.SpamContent)]
    [InlineData("Transient", "AttachmentRejected", BounceReason.ContentError)]
    [InlineData("Transient", "MessageTooLarge", BounceReason.TooBig)]
    public void TheEventItselfGivesTheReasonIfTheServerSaidNothing(string type, string subtype, BounceReason reason)
    {
        var recipient = Assert.Single(SesBounce(type, subtype, "").Recipients);

        Assert.Equal(reason, recipient.Reason);
        Assert.StartsWith("Amazon SES: ", recipient.Diagnostic, StringComparison.Ordinal);
    }

    private static ClassifiedMessage SesBounce(string type, string subtype, string diagnostic)
    {
        var recipient = diagnostic.Length > 0
            ? new Dictionary<string, string> { ["emailAddress"] = "ada@shop.example", ["diagnosticCode"] = diagnostic }
            : new Dictionary<string, string> { ["emailAddress"] = "ada@shop.example" };
        var json = JsonSerializer.SerializeToElement(new
        {
            notificationType = "Bounce",
            bounce = new
            {
                bounceType = type, bounceSubType = subtype, feedbackId = "1", bouncedRecipients = new[] { recipient },
            },
        });
        return SesEvents.Parse(json)!.Classify(isVerified: true)!;
    }
}
