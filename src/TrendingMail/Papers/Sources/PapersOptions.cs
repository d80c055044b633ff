using Quartz;
using TrendingMail.Papers.Sources.Arxiv;

namespace TrendingMail.Papers.Sources;

/// <summary>A kind of paper source.</summary>
public enum SourceKind
{
    HuggingFace,
    Arxiv,
    File,
}

/// <summary>Settings of one entry of <c>Papers:Sources</c>.</summary>
public sealed record SourceOptions
{
    public SourceKind Kind { get; init; } = SourceKind.HuggingFace;

    /// <summary>
    /// The source's URL without the query string: Hugging Face's Daily Papers API, or an API or feed of arXiv (see
    /// <see cref="ArxivSource"/>). Defaults to the public service.
    /// </summary>
    public Uri? Url { get; init; }

    /// <summary>The file of a source of kind <c>File</c>, read again for each fetch.</summary>
    public string Path { get; init; } = "";

    /// <summary>The categories of a source of kind <c>Arxiv</c>, such as <c>cs.LG</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    internal IEnumerable<string> Validate(string key)
    {
        if (Kind != SourceKind.File && Url is { OriginalString.Length: > 0 } and not { IsAbsoluteUri: true, Scheme: "https" or "http" })
        {
            yield return $"{key}:Url '{Url}' is not an http or https URL.";
        }

        if (Kind == SourceKind.File && string.IsNullOrWhiteSpace(Path))
        {
            yield return $"{key}:Path is empty; a source of kind File needs the path of a JSON or JSON Lines file.";
        }

        if (Kind == SourceKind.Arxiv && Categories.Count is 0 or > 50)
        {
            yield return $"{key}:Categories has {Categories.Count}; a source of kind Arxiv needs 1 to 50, such as cs.LG.";
        }

        for (var i = 0; i < Categories.Count; i++)
        {
            if (!ArxivCategory.IsValid(Categories[i]))
            {
                yield return
                    $"{key}:Categories:{i} '{Categories[i]}' is not an arXiv category such as cs.LG, hep-th or math.";
            }
        }
    }
}

/// <summary>Settings of section <c>Papers</c>.</summary>
public sealed record PapersOptions
{
    public IReadOnlyList<SourceOptions> Sources { get; init; } = [];

    /// <summary>When to fetch papers, as a Quartz cron expression in UTC.</summary>
    public string FetchCron { get; init; } = "0 10 * * * ?";

    /// <summary>For how many days after the listing the votes are fetched again, every six hours.</summary>
    public int PollDays { get; init; } = 3;

    public IEnumerable<string> Validate()
    {
        foreach (var fault in Sources.SelectMany((source, i) => source.Validate($"Papers:Sources:{i}")))
        {
            yield return fault;
        }

        if (PollDays is < 0 or > 30)
        {
            yield return $"Papers:PollDays is {PollDays}; give 0 to 30.";
        }

        if (!CronExpression.TryParse(FetchCron, out _))
        {
            yield return $"Papers:FetchCron '{FetchCron}' is not a Quartz cron expression such as '0 10 * * * ?'.";
        }
    }
}
