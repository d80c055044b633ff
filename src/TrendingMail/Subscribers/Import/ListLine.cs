namespace TrendingMail.Subscribers.Import;

/// <summary>One reader of a list, as the list has it.</summary>
public sealed record ListedReader
{
    public required EmailAddress Address { get; init; }

    /// <summary>Null where the list does not say.</summary>
    public SubscriberState? State { get; init; }

    public required Preferences Preferences { get; init; }

    public DateOnly? PausedUntil { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public IReadOnlyList<Interest> Interests { get; init; } = [];

    public Suppression? Suppression { get; init; }

    /// <summary>Whether the line only says that the address gets no mail, and adds no reader.</summary>
    public bool IsSuppressionOnly { get; init; }

    /// <summary>The consent history, oldest first, where the list has one.</summary>
    public IReadOnlyList<ConsentEvent> Consent { get; init; } = [];

    public DateTimeOffset? ConsentAt { get; init; }

    public string? ConsentNetwork { get; init; }

    /// <summary>Whether the consent history ends with the reader being subscribed.</summary>
    public bool HasConsented => Consent.LastOrDefault(e => e.Kind is not (ConsentKind.Requested or ConsentKind.Reminded))
        is { Kind: not (ConsentKind.Unsubscribed or ConsentKind.Disowned) };
}

/// <summary>A line of a list: a reader, or why it cannot be used.</summary>
/// <param name="Number">Where it begins in the file, from 1.</param>
/// <param name="Offset">Bytes of the file before it.</param>
public sealed record ListLine(long Number, long Offset, ListedReader? Reader, string? Fault);
