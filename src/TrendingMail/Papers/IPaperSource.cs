using TrendingMail.Papers.Http;

namespace TrendingMail.Papers;

/// <summary>Where papers come from.</summary>
public interface IPaperSource
{
    string Name { get; }

    /// <summary>Whether it counts votes, which grow after the day: such a source is worth asking about past days again.</summary>
    bool HasCounts => false;

    /// <summary>Whether it announces all that is new, rather than list what someone chose.</summary>
    bool Announces => false;

    /// <summary>What the source lists for a day.</summary>
    /// <exception cref="TrendingMailException">The source cannot be reached or its answer cannot be read.</exception>
    Task<SourceReading> ReadAsync(DateOnly day, CancellationToken cancellationToken);
}

/// <summary>What a source gave.</summary>
/// <param name="Papers">The entries that could be read.</param>
/// <param name="Problems">One line for each entry that was set aside: which, and why.</param>
public sealed record SourceReading(IReadOnlyList<ListedPaper> Papers, IReadOnlyList<string> Problems)
{
    /// <summary>What is worth telling and no fault: a batch that was seen before, how many papers are replacements.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why the rest is missing, where only the first pages could be had; null where the reading is whole.</summary>
    public string? Incomplete { get; init; }

    /// <summary>Why what came is old, where the source shows earlier papers as if they were the day's; else null.</summary>
    public string? Stale { get; init; }

    /// <summary>Whether the server said that nothing changed since the last look, and so sent nothing.</summary>
    public bool Unchanged { get; init; }

    /// <summary>For the next conditional requests; to be kept once the papers are.</summary>
    public IReadOnlyList<Validator> Validators { get; init; } = [];
}
