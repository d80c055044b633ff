using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Subscribers.Import.Lines;

/// <summary>A subscriber as given by a list.</summary>
public sealed record ImportedSubscriber
{
    public required EmailAddress Address { get; init; }

    /// <summary>Null if the list does not specify it.</summary>
    public SubscriberState? State { get; init; }

    public required Preferences Preferences { get; init; }

    /// <summary>Null if the list does not specify it, even for a paused subscriber.</summary>
    public DateOnly? PausedUntil { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public IReadOnlyList<Interest> Interests { get; init; } = [];

    public Suppression? Suppression { get; init; }

    /// <summary>Whether the line only suppresses the address and adds no subscriber.</summary>
    public bool IsSuppressionOnly { get; init; }

    /// <summary>The consent history, oldest first; empty if the list has none.</summary>
    public IReadOnlyList<ConsentEvent> Consent { get; init; } = [];

    public DateTimeOffset? ConsentAt { get; init; }

    public string? ConsentNetwork { get; init; }

    /// <summary>Whether the consent history ends in a subscribed state.</summary>
    public bool HasConsented =>
        Consent.LastOrDefault(e => e.Kind is not (ConsentKind.Requested or ConsentKind.Reminded))
        is { Kind: not (ConsentKind.Unsubscribed or ConsentKind.Disputed) };
}

/// <summary>A line of a list: a subscriber, or the reason why the line is invalid.</summary>
/// <param name="Number">The line number in the file at which it begins, from 1.</param>
/// <param name="Offset">Its byte offset in the file.</param>
public sealed record ImportLine(long Number, long Offset, ImportedSubscriber? Subscriber, string? Error)
{
    /// <summary>What of the line was not readable and was replaced by a default.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
