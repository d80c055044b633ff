using Quartz;

namespace TrendingMail.Papers;

/// <summary>A kind of paper source.</summary>
public enum SourceKind
{
    HuggingFace,
    File,
}

/// <summary>Settings of one entry of <c>Papers:Sources</c>.</summary>
public sealed record SourceOptions
{
    public SourceKind Kind { get; init; } = SourceKind.HuggingFace;

    /// <summary>Where Hugging Face's Daily Papers API answers, up to the query.</summary>
    public Uri Url { get; init; } = new("https://huggingface.co/api/daily_papers");

    /// <summary>The file of a source of kind <c>File</c>, read anew at each fetch.</summary>
    public string Path { get; init; } = "";
}

/// <summary>Settings of section <c>Papers</c>.</summary>
public sealed record PapersOptions
{
    public IReadOnlyList<SourceOptions> Sources { get; init; } = [];

    /// <summary>When to look at the sources, as a Quartz cron expression in UTC.</summary>
    public string FetchCron { get; init; } = "0 10 * * * ?";

    public IEnumerable<string> Faults()
    {
        for (var i = 0; i < Sources.Count; i++)
        {
            var source = Sources[i];
            if (source.Kind == SourceKind.HuggingFace && source.Url is not { IsAbsoluteUri: true, Scheme: "https" or "http" })
            {
                yield return $"Papers:Sources:{i}:Url '{source.Url}' is not an http or https address.";
            }

            if (source.Kind == SourceKind.File && string.IsNullOrWhiteSpace(source.Path))
            {
                yield return $"Papers:Sources:{i}:Path is empty; a source of kind File needs the path of a JSON file.";
            }
        }

        if (!CronExpression.TryParse(FetchCron, out _))
        {
            yield return $"Papers:FetchCron '{FetchCron}' is not a Quartz cron expression such as '0 10 * * * ?'.";
        }
    }
}
