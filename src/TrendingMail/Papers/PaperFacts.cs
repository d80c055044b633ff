using System.Text.Json;

namespace TrendingMail.Papers;

/// <summary>
/// What is known of a paper, each field with its stamp. <see cref="Join"/> puts two pieces of knowledge together field
/// by field; it does not matter in which order or how often, so neither does the order of imports.
/// </summary>
public sealed record PaperFacts
{
    public string? ArxivId { get; init; }

    public string? Doi { get; init; }

    public required string Title { get; init; }

    public required string Abstract { get; init; }

    public string? AiSummary { get; init; }

    public required IReadOnlyList<string> Authors { get; init; }

    public required IReadOnlyList<string> Keywords { get; init; }

    public required IReadOnlyList<string> Categories { get; init; }

    public string? Organization { get; init; }

    public int Upvotes { get; init; }

    public int Comments { get; init; }

    public int? Stars { get; init; }

    public string? CodeUrl { get; init; }

    public string? ProjectUrl { get; init; }

    public string? ThumbnailUrl { get; init; }

    public string? Submitter { get; init; }

    public required IReadOnlyList<string> Versions { get; init; }

    public required DateOnly ListedOn { get; init; }

    public required Listing Listing { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public required IReadOnlyList<string> Sources { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public IReadOnlyDictionary<string, Stamp> Stamps { get; init; } = new Dictionary<string, Stamp>();

    /// <summary>Of the sources that report the paper, the one that says most about it.</summary>
    public string Source => Sources.OrderBy(Rank).ThenBy(source => source, StringComparer.Ordinal).First();

    public static PaperFacts Of(ListedPaper paper, string source, DateTimeOffset now)
    {
        var at = (paper.AsOf ?? new DateTimeOffset(paper.ListedOn, default, TimeSpan.Zero)).ToUnixTimeMilliseconds();
        var written = new Stamp(Authority(source, paper.Version), at, paper.Upvotes + paper.Comments);
        var told = written with { Authority = 0 };
        var facts = new PaperFacts
        {
            ArxivId = (paper.ArxivId ?? Papers.ArxivId.Find(paper.Doi)?.Id) is { } id ? Papers.ArxivId.Canonical(id) : null,
            Doi = paper.Doi,
            Title = paper.Title,
            Abstract = paper.Abstract,
            AiSummary = paper.AiSummary,
            Authors = paper.Authors,
            Keywords = paper.Keywords,
            Categories = paper.Categories,
            Organization = paper.Organization,
            Upvotes = paper.Upvotes,
            Comments = paper.Comments,
            Stars = paper.Stars,
            CodeUrl = paper.CodeUrl,
            ProjectUrl = paper.ProjectUrl,
            ThumbnailUrl = paper.ThumbnailUrl,
            Submitter = paper.Submitter,
            Versions = paper.Version is { } version ? [$"v{version}"] : [],
            ListedOn = paper.ListedOn,
            Listing = paper.Listing,
            PublishedAt = paper.PublishedAt,
            Sources = [source],
            FirstSeenAt = now,
            Stamps = new Dictionary<string, Stamp>
            {
                [nameof(ArxivId)] = written,
                [nameof(Doi)] = written,
                [nameof(Title)] = written,
                [nameof(Abstract)] = written,
                [nameof(Authors)] = written,
                [nameof(Categories)] = written,
                [nameof(PublishedAt)] = written,
                [nameof(AiSummary)] = told,
                [nameof(Keywords)] = told,
                [nameof(Organization)] = told,
                [nameof(CodeUrl)] = told,
                [nameof(ProjectUrl)] = told,
                [nameof(ThumbnailUrl)] = told,
                [nameof(Submitter)] = told,
            },
        };

        // Joined with itself it says the same, with a stamp only where there is a fact.
        return Join(facts, facts);
    }

    /// <summary>All that either knows; where both know a field, the newer fact. A field that one lacks is no fact.</summary>
    public static PaperFacts Join(PaperFacts a, PaperFacts b)
    {
        var stamps = new SortedDictionary<string, Stamp>(StringComparer.Ordinal);
        var listing = a.Listing == b.Listing
            ? (a.ListedOn <= b.ListedOn ? a : b)
            : (a.Listing > b.Listing ? a : b);
        return new PaperFacts
        {
            ArxivId = Newest(nameof(ArxivId), facts => facts.ArxivId),
            Doi = Newest(nameof(Doi), facts => facts.Doi),
            Title = Newest(nameof(Title), facts => facts.Title)!,
            Abstract = Newest(nameof(Abstract), facts => facts.Abstract)!,
            AiSummary = Newest(nameof(AiSummary), facts => facts.AiSummary),
            Authors = Newest(nameof(Authors), facts => facts.Authors)!,
            Keywords = Newest(nameof(Keywords), facts => facts.Keywords)!,
            Categories = Newest(nameof(Categories), facts => facts.Categories)!,
            Organization = Newest(nameof(Organization), facts => facts.Organization),
            Upvotes = Math.Max(a.Upvotes, b.Upvotes),
            Comments = Math.Max(a.Comments, b.Comments),
            Stars = a.Stars is null || b.Stars is null ? a.Stars ?? b.Stars : Math.Max(a.Stars.Value, b.Stars.Value),
            CodeUrl = Newest(nameof(CodeUrl), facts => facts.CodeUrl),
            ProjectUrl = Newest(nameof(ProjectUrl), facts => facts.ProjectUrl),
            ThumbnailUrl = Newest(nameof(ThumbnailUrl), facts => facts.ThumbnailUrl),
            Submitter = Newest(nameof(Submitter), facts => facts.Submitter),
            Versions = [.. a.Versions.Union(b.Versions).OrderBy(version => version.Length).ThenBy(v => v, StringComparer.Ordinal)],
            ListedOn = listing.ListedOn,
            Listing = listing.Listing,
            PublishedAt = Newest(nameof(PublishedAt), facts => facts.PublishedAt),
            Sources = [.. a.Sources.Union(b.Sources).Order(StringComparer.Ordinal)],
            FirstSeenAt = a.FirstSeenAt <= b.FirstSeenAt ? a.FirstSeenAt : b.FirstSeenAt,
            Stamps = stamps,
        };

        T Newest<T>(string field, Func<PaperFacts, T> value)
        {
            var (mine, theirs) = (Text(value(a)), Text(value(b)));
            var order = mine is null || theirs is null
                ? (mine is null ? 0 : 1) - (theirs is null ? 0 : 1)
                : a.StampOf(field).CompareTo(b.StampOf(field));

            // Two facts of one stamp: their bytes decide, so that the order of the two does not.
            var winner = (order == 0 ? string.CompareOrdinal(mine, theirs) : order) >= 0 ? a : b;
            if ((mine ?? theirs) is not null)
            {
                stamps[field] = winner.StampOf(field);
            }

            return value(winner);
        }
    }

    /// <summary>Whether both say the same of the paper, however old their facts.</summary>
    public bool SaysTheSameAs(PaperFacts other) => Said(this) == Said(other);

    private static string Said(PaperFacts facts) =>
        JsonSerializer.Serialize(facts with { Stamps = new Dictionary<string, Stamp>() });

    private static string? Text<T>(T value) => value switch
    {
        null or "" or IReadOnlyList<string> { Count: 0 } => null,
        string text => text,
        _ => JsonSerializer.Serialize(value),
    };

    /// <summary>arXiv's later version goes before an earlier one, whenever either was reported.</summary>
    private static int Authority(string source, int? version) => source switch
    {
        nameof(SourceKind.Arxiv) => 3 + (version ?? 0),
        nameof(SourceKind.HuggingFace) => 2,
        SamplePapers.Source => 0,
        _ => 1,
    };

    private static int Rank(string source) => source switch
    {
        nameof(SourceKind.HuggingFace) => 0,
        nameof(SourceKind.Arxiv) => 1,
        SamplePapers.Source => 3,
        _ => 2,
    };

    private Stamp StampOf(string field) => Stamps.GetValueOrDefault(field);
}
