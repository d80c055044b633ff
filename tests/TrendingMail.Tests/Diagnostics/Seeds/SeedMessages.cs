using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Seeds;

namespace TrendingMail.Tests.Diagnostics.Seeds;

/// <summary>Messages to seed mailboxes.</summary>
internal static class SeedMessages
{
    /// <summary>A message that was accepted and has not been looked for yet.</summary>
    public static SeedMessage Sent(DateTimeOffset handedOverAt) => new()
    {
        Id = 1,
        Kind = "daily",
        Key = "2026-11-23",
        Address = "seed@mail.example",
        Provider = "Example Mail",
        State = DeliveryState.Sent,
        Attempts = 1,
        QueuedAt = handedOverAt,
        MessageId = "seed-2026-11-23.1@papers.example.org",
        HandedOverAt = handedOverAt,
        Server = "relay.example.org",
        Reply = "250 2.0.0 Ok: queued as 4XyZ",
        Placement = Placement.Pending,
    };

    /// <summary>A message that was found.</summary>
    public static SeedMessage Found(
        DateTimeOffset handedOverAt, Placement placement, double minutes = 1, string? dmarc = "pass") =>
        Sent(handedOverAt) with
        {
            Placement = placement,
            Folder = placement == Placement.Inbox ? "INBOX" : placement == Placement.Spam ? "Junk" : "Papers",
            ArrivedAt = handedOverAt.AddMinutes(minutes),
            AuthenticationResults = $"mx.example.net; spf=pass; dmarc={dmarc}",
            Spf = "pass",
            Dmarc = dmarc,
        };
}
