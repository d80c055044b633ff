namespace TrendingMail.Papers.Sources;

/// <summary>How the fetches from a source went.</summary>
public sealed record SourceState
{
    public required string Source { get; init; }

    /// <summary>When it was last asked.</summary>
    public required DateTimeOffset FetchedAt { get; init; }

    /// <summary>When it last answered without a fault; null if never.</summary>
    public DateTimeOffset? SucceededAt { get; init; }

    /// <summary>The fault of the last fetch; null if it succeeded.</summary>
    public string? Fault { get; init; }
}
