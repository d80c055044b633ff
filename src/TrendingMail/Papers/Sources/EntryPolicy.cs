using System.Globalization;

namespace TrendingMail.Papers.Sources;

/// <summary>
/// Decides which of a source's entries are taken, before anything works on their texts: within the limits below, and
/// listed on a day that can be true. Everything else is set aside and reported.
/// </summary>
internal static class EntryPolicy
{
    // Several times what real papers have: arXiv's limits are 1,920 characters for an abstract, and the largest
    // collaborations have about 5,000 authors.
    private const int MaximumTitle = 1_000;
    private const int MaximumText = 20_000;
    private const int MaximumAuthors = 10_000;
    private const int MaximumName = 300;
    private const int MaximumKeywords = 100;
    private const int MaximumUrl = 2_048;

    /// <summary>The limit of UAX #15 for streams: normalizing longer runs takes quadratic time.</summary>
    private const int MaximumMarks = 30;

    /// <summary>More than a day's papers of all of arXiv.</summary>
    private const int MaximumEntries = 10_000;

    private const int MaximumProblems = 200;

    private const int MaximumProblem = 300;

    /// <summary>Examples in a fault.</summary>
    private const int Examples = 3;

    private static readonly DateTimeOffset FirstPublication = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The entries that are taken; the others are added to the problems.</summary>
    public static FetchResult Apply(FetchResult result, DateTimeOffset now)
    {
        var papers = new List<ListedPaper>(result.Papers.Count);
        var problems = result.Problems.Select(Shorten).ToList();
        foreach (var paper in result.Papers)
        {
            if (FindFault(paper, now) is { } fault)
            {
                problems.Add(Shorten($"{Shorten(paper.ArxivId ?? paper.Title)}: {fault}"));
            }
            else
            {
                papers.Add(Limit(paper, now));
            }
        }

        return result with { Papers = papers, Problems = problems };
    }

    /// <summary>
    /// The result of a fetch as it is recorded: with a fault if most entries were set aside, for then the source has
    /// changed its format, or its dates are wrong.
    /// </summary>
    public static FetchResult Judge(FetchResult result)
    {
        var isTooLong = result.Papers.Count > MaximumEntries;
        var judged = isTooLong ? result with { Papers = [.. result.Papers.Take(MaximumEntries)] } : result;
        var fault = isTooLong
            ? $"it sent {result.Papers.Count} entries; only the first {MaximumEntries} were taken"
            : FindFault(result);

        // Without validators, the next fetch asks for everything again instead of being told that nothing changed.
        judged = fault is null
            ? judged : judged with { Incomplete = judged.Incomplete ?? fault, Validators = [] };
        return judged.Problems.Count <= MaximumProblems ? judged : judged with
        {
            Problems = [.. judged.Problems.Take(MaximumProblems),
                string.Create(CultureInfo.InvariantCulture, $"and {judged.Problems.Count - MaximumProblems} more")],
        };
    }

    private static string? FindFault(FetchResult result)
    {
        var entries = result.Entries ?? result.Papers.Count + result.Problems.Count;
        return result.Problems.Count * 2 <= entries ? null : string.Create(CultureInfo.InvariantCulture,
            $"{result.Problems.Count} of {entries} entries were set aside, so its format may have changed " +
            $"({string.Join("; ", result.Problems.Take(Examples))})");
    }

    private static string? FindFault(ListedPaper paper, DateTimeOffset now) =>
        paper.Title.Length > MaximumTitle ? TooLong("title", paper.Title.Length, MaximumTitle)
        : paper.Abstract.Length > MaximumText ? TooLong("abstract", paper.Abstract.Length, MaximumText)
        : paper.Authors.Count > MaximumAuthors ? $"it has {paper.Authors.Count} authors; the limit is {MaximumAuthors}"
        : paper.Authors.FirstOrDefault(name => name.Length > MaximumName) is { } author
            ? TooLong("author's name", author.Length, MaximumName)
        : paper.Authors.Append(paper.Title).Append(paper.Abstract).Any(HasTooManyMarks)
            ? $"it has a letter with more than {MaximumMarks} diacritics"
        : ListingDay.FindFault(paper.ListedOn, paper.ArxivId, now) is { } fault ? $"its listing day {fault}"
        : null;

    private static bool HasTooManyMarks(string text)
    {
        var marks = 0;
        foreach (var character in text)
        {
            marks = char.IsAscii(character) ||
                char.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark ? 0 : marks + 1;
            if (marks > MaximumMarks)
            {
                return true;
            }
        }

        return false;
    }

    private static string TooLong(string field, int length, int limit) =>
        $"its {field} has {length} characters; the limit is {limit}";

    /// <summary>Drops what a paper can do without, and times that cannot be true.</summary>
    private static ListedPaper Limit(ListedPaper paper, DateTimeOffset now) => paper with
    {
        Doi = Within(paper.Doi, MaximumName),
        AiSummary = Within(paper.AiSummary, MaximumText),
        Keywords = Within(paper.Keywords),
        Categories = Within(paper.Categories),
        Organization = Within(paper.Organization, MaximumName),
        Submitter = Within(paper.Submitter, MaximumName),
        CodeUrl = Within(paper.CodeUrl, MaximumUrl),
        ProjectUrl = Within(paper.ProjectUrl, MaximumUrl),
        ThumbnailUrl = Within(paper.ThumbnailUrl, MaximumUrl),
        PublishedAt = paper.PublishedAt >= FirstPublication && paper.PublishedAt <= now.AddDays(1)
            ? paper.PublishedAt : null,

        // A report from the future would be newer than every later one.
        AsOf = paper.AsOf > now ? now : paper.AsOf < FirstPublication ? null : paper.AsOf,
    };

    private static string? Within(string? text, int limit) => text?.Length > limit ? null : text;

    private static IReadOnlyList<string> Within(IReadOnlyList<string> list) =>
        [.. list.Where(item => item.Length <= MaximumName).Take(MaximumKeywords)];

    /// <summary>One line that is safe to log, to store and to show.</summary>
    private static string Shorten(string text)
    {
        var line = text.Length <= MaximumProblem ? text : $"{text[..MaximumProblem]}…";
        return string.Concat(line.Select(character => char.IsControl(character) ? ' ' : character));
    }
}
