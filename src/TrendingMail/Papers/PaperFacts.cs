using System.Text.Json;
using TrendingMail.Papers.Latex;
using TrendingMail.Papers.Sample;
using TrendingMail.Papers.Sources;
using TrendingMail.Papers.Texts;

namespace TrendingMail.Papers;

/// <summary>
/// All known fields of a paper, each with its version. <see cref="Merge"/> merges two instances field by field. It is
/// commutative, associative and idempotent, so the order of imports does not matter.
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

    public required ListingKind Listing { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public required IReadOnlyList<string> Sources { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public IReadOnlyDictionary<string, FieldVersion> FieldVersions { get; init; } =
        new Dictionary<string, FieldVersion>();

    /// <summary>The preferred source among those that report the paper.</summary>
    public string Source => Sources.OrderBy(SourceRank).ThenBy(source => source, StringComparer.Ordinal).First();

    public static PaperFacts From(ListedPaper paper, string source, DateTimeOffset now)
    {
        var timestamp =
            (paper.AsOf ?? new DateTimeOffset(paper.ListedOn, default, TimeSpan.Zero)).ToUnixTimeMilliseconds();
        var authored = new FieldVersion(Authority(source, paper.Version), timestamp, paper.Upvotes + paper.Comments);
        var facts = new PaperFacts
        {
            ArxivId = (paper.ArxivId ?? Identifiers.ArxivId.Find(paper.Doi)?.Id) is { } id
                ? Identifiers.ArxivId.Canonicalize(id) : null,
            Doi = paper.Doi,
            Title = paper.Title,
            Abstract = paper.Abstract,
            AiSummary = paper.AiSummary,
            Authors = paper.Authors,
            Keywords = [.. paper.Keywords.Select(LatexText.ToReadable).Where(keyword => keyword.Length > 0)],
            Categories = paper.Categories,
            Organization = paper.Organization is null ? null : LatexText.ToReadable(paper.Organization),
            Upvotes = paper.Upvotes,
            Comments = paper.Comments,
            Stars = paper.Stars,
            CodeUrl = paper.CodeUrl,
            ProjectUrl = paper.ProjectUrl,
            ThumbnailUrl = paper.ThumbnailUrl,
            Submitter = paper.Submitter is null ? null : LatexText.ToReadable(paper.Submitter),
            Versions = paper.Version is { } version ? [$"v{version}"] : [],
            ListedOn = paper.ListedOn,
            Listing = paper.Listing,
            PublishedAt = paper.PublishedAt,
            Sources = [source],
            FirstSeenAt = now,
            FieldVersions = CreateVersions(authored),
        };

        // Merging with itself drops the versions of empty fields.
        return Merge(facts, facts);
    }

    /// <summary>Merges field by field: a value beats no value, and of two values the newer version wins.</summary>
    public static PaperFacts Merge(PaperFacts a, PaperFacts b)
    {
        var versions = new SortedDictionary<string, FieldVersion>(StringComparer.Ordinal);
        var preferredListing = a.Listing == b.Listing
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
            Versions = [.. a.Versions.Union(b.Versions).OrderBy(version => version.Length)
                .ThenBy(v => v, StringComparer.Ordinal)],
            ListedOn = preferredListing.ListedOn,
            Listing = preferredListing.Listing,
            PublishedAt = Newest(nameof(PublishedAt), facts => facts.PublishedAt),
            Sources = [.. a.Sources.Union(b.Sources).Order(StringComparer.Ordinal)],
            FirstSeenAt = a.FirstSeenAt <= b.FirstSeenAt ? a.FirstSeenAt : b.FirstSeenAt,
            FieldVersions = versions,
        };

        T Newest<T>(string field, Func<PaperFacts, T> value)
        {
            var winner = Newer(a, b, field, facts => ToComparableText(value(facts)));
            if (ToComparableText(value(winner)) is not null)
            {
                versions[field] = winner.FieldVersionFor(field);
            }

            return value(winner);
        }
    }

    /// <summary>What the authors wrote has the source's authority; what was added to it has none.</summary>
    private static Dictionary<string, FieldVersion> CreateVersions(FieldVersion authored)
    {
        var reported = authored with { Authority = 0 };
        return new Dictionary<string, FieldVersion>
        {
            [nameof(ArxivId)] = authored,
            [nameof(Doi)] = authored,
            [nameof(Title)] = authored,
            [nameof(Abstract)] = authored,
            [nameof(Authors)] = authored,
            [nameof(Categories)] = authored,
            [nameof(PublishedAt)] = authored,
            [nameof(AiSummary)] = reported,
            [nameof(Keywords)] = reported,
            [nameof(Organization)] = reported,
            [nameof(CodeUrl)] = reported,
            [nameof(ProjectUrl)] = reported,
            [nameof(ThumbnailUrl)] = reported,
            [nameof(Submitter)] = reported,
        };
    }

    private static PaperFacts Newer(PaperFacts a, PaperFacts b, string field, Func<PaperFacts, string?> text)
    {
        var (left, right) = (text(a), text(b));
        var order = left is null || right is null
            ? (left is null ? 0 : 1) - (right is null ? 0 : 1)
            : a.FieldVersionFor(field).CompareTo(b.FieldVersionFor(field));

        // Same version: compare the values themselves, so that the result does not depend on the argument order.
        return (order == 0 ? string.CompareOrdinal(left, right) : order) >= 0 ? a : b;
    }

    /// <summary>Whether both have the same field values, regardless of versions.</summary>
    public bool HasSameContentAs(PaperFacts other) => SerializeContent(this) == SerializeContent(other);

    /// <summary>Whether both have the same values in the fields that <see cref="PaperText"/> derives from.</summary>
    public bool HasSameTextsAs(PaperFacts other) =>
        (Title, Abstract, AiSummary, ArxivId, Doi, Organization)
            == (other.Title, other.Abstract, other.AiSummary, other.ArxivId, other.Doi, other.Organization)
        && Authors.SequenceEqual(other.Authors) && Keywords.SequenceEqual(other.Keywords);

    private static string SerializeContent(PaperFacts facts) =>
        JsonSerializer.Serialize(facts with { FieldVersions = new Dictionary<string, FieldVersion>() });

    private static string? ToComparableText<T>(T value) => value switch
    {
        null or "" or IReadOnlyList<string> { Count: 0 } => null,
        string text => text,
        _ => JsonSerializer.Serialize(value),
    };

    /// <summary>A later arXiv version beats an earlier one, no matter when it was reported.</summary>
    private static int Authority(string source, int? version) => source switch
    {
        nameof(SourceKind.Arxiv) => 3 + (version ?? 0),
        nameof(SourceKind.HuggingFace) => 2,
        SamplePapers.Source => 0,
        _ => 1,
    };

    private static int SourceRank(string source) => source switch
    {
        nameof(SourceKind.HuggingFace) => 0,
        nameof(SourceKind.Arxiv) => 1,
        SamplePapers.Source => 3,
        _ => 2,
    };

    private FieldVersion FieldVersionFor(string field) => FieldVersions.GetValueOrDefault(field);
}
