namespace TrendingMail.Editions;

/// <summary>The ranked papers of one calendar day, frozen when published and immutable afterwards.</summary>
public sealed record Edition
{
    /// <summary>Sequence number in the order of publication, from 1.</summary>
    public required int Number { get; init; }

    public required DateOnly Day { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>Whether it consists of the sample papers bundled with the program.</summary>
    public required bool Sample { get; init; }

    /// <summary>Best first.</summary>
    public IReadOnlyList<EditionPaper> Papers { get; init; } = [];
}

/// <summary>An edition without its papers.</summary>
public sealed record EditionSummary
{
    public required int Number { get; init; }

    public required DateOnly Day { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    public required bool Sample { get; init; }

    public required int Papers { get; init; }
}

/// <summary>A paper at its rank in an edition.</summary>
/// <param name="Rank">1 for the best.</param>
public sealed record EditionPaper(int Rank, long PaperId, double Score, FrozenPaper Paper);
