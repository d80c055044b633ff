namespace TrendingMail.Papers.Sources;

/// <summary>A row of the table <c>fetches</c>.</summary>
internal sealed record FetchRow
{
    public required string Source { get; init; }

    public required DateOnly? Day { get; init; }

    public required DateTimeOffset FetchedAt { get; init; }

    public required int Received { get; init; }

    public required int Added { get; init; }

    public required int Changed { get; init; }

    public required int Merged { get; init; }

    public required bool Unchanged { get; init; }

    public required bool Announces { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<string> Problems { get; init; }

    public string? Stale { get; init; }

    public string? Fault { get; init; }

    public FetchReport ToReport() => new(Source, Day, Received, Added, Problems, Fault)
    {
        FetchedAt = FetchedAt,
        Changed = Changed,
        Merged = Merged,
        Unchanged = Unchanged,
        Announces = Announces,
        Notes = Notes,
        Stale = Stale,
    };
}
