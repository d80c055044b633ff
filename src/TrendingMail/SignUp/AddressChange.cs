namespace TrendingMail.SignUp;

/// <summary>Where a change of address stands.</summary>
public enum AddressChangeState
{
    /// <summary>Asked for, and not confirmed from the new address.</summary>
    Asked,

    Moved,

    /// <summary>Taken back from the old address.</summary>
    TakenBack,
}

/// <summary>A reader's move from one address to another.</summary>
public sealed record AddressChange
{
    public required long Id { get; init; }

    public required long SubscriberId { get; init; }

    public required string OldAddress { get; init; }

    public required string NewAddress { get; init; }

    public required string State { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>The network of the one who asked, as long as it is kept.</summary>
    public string? Network { get; init; }

    public DateTimeOffset? SettledAt { get; init; }
}

/// <summary>What a link of a change of address did.</summary>
public abstract record MoveResult
{
    /// <param name="MaskedAddress">Where mail goes from now on.</param>
    public sealed record Moved(string MaskedAddress) : MoveResult;

    /// <summary>Not possible (any more); why, in words for the reader.</summary>
    public sealed record Refused(string Reason) : MoveResult;
}
