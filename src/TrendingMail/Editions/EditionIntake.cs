using TrendingMail.Papers;

namespace TrendingMail.Editions;

/// <summary>
/// Which papers an edition takes. Where all sources announce (arXiv), it is all that they announced. Where one lists, by
/// votes or by choice, a paper waits until it is listed: four in ten of Hugging Face's papers are listed a day or more
/// after arXiv announced them, and an edition that had taken them at once would have spent them without a vote.
/// </summary>
/// <param name="ListedOnly">Whether announced papers wait for a list.</param>
public sealed record EditionIntake(bool ListedOnly = false)
{
    public static EditionIntake Of(IEnumerable<IPaperSource> sources) => new(sources.Any(source => !source.Announces));

    /// <summary>What looks at sources said that editions are made of: whether another answers does not hold one up.</summary>
    public IReadOnlyList<FetchReport> Relevant(IReadOnlyList<FetchReport> reports) =>
        ListedOnly ? [.. reports.Where(report => !report.Announces)] : reports;
}
