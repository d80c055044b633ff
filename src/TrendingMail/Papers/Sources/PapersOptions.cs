using Quartz;
using TrendingMail.Configuration;
using TrendingMail.Papers.Sources.Arxiv;

namespace TrendingMail.Papers.Sources;

/// <summary>A kind of paper source.</summary>
public enum SourceKind
{
    /// <summary>Hugging Face's Daily Papers.</summary>
    HuggingFace,

    /// <summary>arXiv's new submissions.</summary>
    Arxiv,

    /// <summary>A JSON or JSON Lines file.</summary>
    File,
}

/// <summary>Settings of one entry of <c>Papers:Sources</c>.</summary>
public sealed record SourceOptions
{
    /// <summary>The kind of source.</summary>
    public SourceKind Kind { get; init; } = SourceKind.HuggingFace;

    /// <summary>
    /// The source's URL without the query string: Hugging Face's Daily Papers API, or an API or feed of arXiv. Defaults
    /// to the public service.
    /// </summary>
    public Uri? Url { get; init; }

    /// <summary>The file of a source of kind <c>File</c>, read again for each fetch.</summary>
    /// <value>a path</value>
    public string Path { get; init; } = "";

    /// <summary>The categories of a source of kind <c>Arxiv</c>, such as <c>cs.LG</c>.</summary>
    /// <value>1 to 50 arXiv categories</value>
    public IReadOnlyList<string> Categories { get; init; } = [];

    internal IEnumerable<string> Validate(string key)
    {
        if (Kind != SourceKind.File && Url is { OriginalString.Length: > 0 } and
            not { IsAbsoluteUri: true, Scheme: "https" or "http" })
        {
            yield return $"{key}:Url '{Url}' is not an http or https URL.";
        }

        if (Kind == SourceKind.File && string.IsNullOrWhiteSpace(Path))
        {
            yield return $"{key}:Path is empty; a source of kind File needs the path of a JSON or JSON Lines file.";
        }

        if (Kind == SourceKind.Arxiv && Categories.Count is 0 or > 50)
        {
            yield return $"{key}:Categories has {Categories.Count}; a source of kind Arxiv needs 1 to 50, such as " +
                "cs.LG.";
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
    /// <summary>Where papers come from.</summary>
    public IReadOnlyList<SourceOptions> Sources { get; init; } = [];

    /// <summary>When to fetch papers, as a Quartz cron expression in UTC.</summary>
    /// <value>a Quartz cron expression</value>
    public string FetchCron { get; init; } = "0 10 * * * ?";

    /// <summary>For how many days after the listing the votes are fetched again, every six hours.</summary>
    [AcceptedRange(0, 30)]
    public int PollDays { get; init; } = 3;

    /// <param name="baseDirectory">The folder against which relative paths are resolved.</param>
    public PapersOptions WithAbsolutePaths(string baseDirectory) => this with
    {
        Sources = [.. Sources.Select(source => source with { Path = SettingPath.Resolve(source.Path, baseDirectory) })],
    };

    public IEnumerable<string> Validate()
    {
        foreach (var fault in Sources.SelectMany((source, i) => source.Validate($"Papers:Sources:{i}")))
        {
            yield return fault;
        }

        foreach (var error in AcceptedRangeAttribute.Validate("Papers", this))
        {
            yield return error;
        }

        if (!CronExpression.TryParse(FetchCron, out _))
        {
            yield return $"Papers:FetchCron '{FetchCron}' is not a Quartz cron expression such as '0 10 * * * ?'.";
        }
    }
}
