namespace TrendingMail.Editions;

/// <summary>One calendar day's ranked papers, frozen when published and never changed after.</summary>
public sealed record Edition
{
    /// <summary>Counts from 1 in the order of publication.</summary>
    public required int Number { get; init; }

    public required DateOnly Day { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>Whether it was made of the invented papers that come with the program.</summary>
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

/// <summary>A paper at its place in an edition.</summary>
/// <param name="Rank">1 for the best.</param>
public sealed record EditionPaper(int Rank, long PaperId, double Score, FrozenPaper Paper);
