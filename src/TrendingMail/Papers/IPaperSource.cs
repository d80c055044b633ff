namespace TrendingMail.Papers;

/// <summary>Where papers come from.</summary>
public interface IPaperSource
{
    string Name { get; }

    /// <summary>What the source lists for a day.</summary>
    /// <exception cref="TrendingMailException">The source cannot be reached or its answer cannot be read.</exception>
    Task<SourceReading> ReadAsync(DateOnly day, CancellationToken cancellationToken);
}

/// <summary>What a source gave.</summary>
/// <param name="Papers">The entries that could be read.</param>
/// <param name="Problems">One line for each entry that was set aside: which, and why.</param>
public sealed record SourceReading(IReadOnlyList<ListedPaper> Papers, IReadOnlyList<string> Problems);
