using TrendingMail.Delivery;
using TrendingMail.Messages;

namespace TrendingMail.Diagnostics.Seeds;

/// <summary>Where a seed message was filed.</summary>
public enum Placement
{
    /// <summary>Not found yet, and the time to look for it has not passed.</summary>
    Pending,

    Inbox,

    Spam,

    /// <summary>In a folder that is neither the inbox nor the spam folder, such as one of a filter.</summary>
    Other,

    /// <summary>In no folder an hour after it was handed over, or rejected by the provider.</summary>
    Missing,

    /// <summary>The mailbox could not be read, or the message never left.</summary>
    Unknown,
}

/// <summary>The copy of one digest mailing for one seed mailbox, and where it was filed.</summary>
public sealed record SeedMessage
{
    public required long Id { get; init; }

    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required string Address { get; init; }

    /// <summary>The provider's name in results.</summary>
    public required string Provider { get; init; }

    public required DeliveryState State { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>Without angle brackets; null until it begins to leave.</summary>
    public string? MessageId { get; init; }

    /// <summary>When the server accepted it or, if that is uncertain, when it began to leave.</summary>
    public DateTimeOffset? HandedOverAt { get; init; }

    /// <summary>The server that it was handed over to.</summary>
    public string? Server { get; init; }

    /// <summary>That server's reply.</summary>
    public string? Reply { get; init; }

    public required Placement Placement { get; init; }

    /// <summary>The folder in which it was found.</summary>
    public string? Folder { get; init; }

    /// <summary>When the provider received it, to the second.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>The Authentication-Results of the receiving host; null if it added none.</summary>
    public string? AuthenticationResults { get; init; }

    public string? Spf { get; init; }

    public string? Dkim { get; init; }

    public string? Dmarc { get; init; }

    /// <summary>Why it was not found, or what the last attempt met.</summary>
    public string? Detail { get; init; }

    public Mailing Mailing => Mailing.Parse(Kind, Key);

    /// <summary>Minutes from the hand-over to the arrival; null before that.</summary>
    public double? Minutes => ArrivedAt is { } arrived && HandedOverAt is { } sent
        ? Math.Round(Math.Max(0, (arrived - sent).TotalMinutes), 1)
        : null;
}
