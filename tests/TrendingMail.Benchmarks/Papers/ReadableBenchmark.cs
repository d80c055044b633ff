using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using TrendingMail.Papers;
using TrendingMail.Papers.Latex;
using TrendingMail.Papers.Search;
using TrendingMail.Papers.Search.Parsing;

namespace TrendingMail.Benchmarks.Papers;

/// <summary>
/// <c>readable</c>: the share of raw titles and abstracts that keep markup, and of mathematical titles that are found
/// as they are shown.
/// </summary>
internal static partial class ReadableBenchmark
{
    private const int PageSize = 20;

    private static readonly Argument<string[]> Corpora = new("CORPUS")
    {
        Description = "A .jsonl.gz file with title and abstract, or a folder of stored daily_papers answers",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<int> Show = new("--show") { Description = "How many texts with leftovers to print" };

    private static readonly Option<bool> Search = new("--search")
    {
        Description = "Also search for mathematical titles",
    };

    public static Command Create()
    {
        var command = new Command("readable", "LaTeX left in the readable texts of real papers")
        {
            Corpora, Show, Search, BenchmarkDatabase.Server,
        };
        command.SetAction(async (arguments, stop) =>
        {
            foreach (var corpus in arguments.GetRequiredValue(Corpora))
            {
                var papers = AbstractCorpus.Read(corpus).ToList();
                PrintLeftovers(corpus, papers, arguments.GetValue(Show));
                if (arguments.GetValue(Search))
                {
                    await SearchTitlesAsync(
                        papers, arguments.GetValue(BenchmarkDatabase.Server), arguments.GetValue(Show), stop);
                }
            }

            return 0;
        });
        return command;
    }

    private static void PrintLeftovers(string corpus, IReadOnlyList<RawPaper> papers, int show)
    {
        string[] texts = [.. papers.SelectMany(paper => paper.Texts)];
        string[] left = [.. texts.Select(text => (Raw: text, Readable: LatexText.ToReadable(text)))
            .Where(text => HasLeftover(text.Raw, text.Readable)).Select(text => text.Readable)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileName(corpus)}: {texts.Length} texts, {left.Length} with leftovers " +
            $"({100.0 * left.Length / texts.Length:F2}%)"));
        foreach (var text in left.Take(show))
        {
            Console.WriteLine($"  {Markup().Match(text).Value}");
        }
    }

    /// <summary>
    /// Whether a text keeps more of <c>\ $ { } &amp;</c> than its source writes as text: escaped, as amounts of money,
    /// or between words.
    /// </summary>
    private static bool HasLeftover(string raw, string readable) =>
        Count(readable, '\\') > Backslashes().Count(raw)
        || readable.Count(c => c == '$') - Prices().Count(readable) > EscapedDollars().Count(raw)
        || Count(readable, '{') > OpenBraces().Count(raw)
        || Count(readable, '}') > CloseBraces().Count(raw)
        || Count(readable, '&') > Ampersands().Count(raw);

    private static int Count(string text, char character) => text.Count(c => c == character);

    private static async Task SearchTitlesAsync(
        IReadOnlyList<RawPaper> papers, string? server, int show, CancellationToken stop)
    {
        await using var temporary = await BenchmarkDatabase.CreateAsync(server, stop);
        var store = new PaperStore(temporary.Database, TimeProvider.System);
        await store.SaveAsync("Benchmark", [.. papers.Select(ToListed)], stop);
        var search = new PaperSearch(
            temporary.Database, temporary.Engine<ISearchDialect>(), store, TimeProvider.System);
        var (asked, found) = (0, 0);
        var mathematical = papers.Select((paper, i) => (Paper: paper, Number: i))
            .Where(numbered => numbered.Paper.Title.AsSpan().ContainsAny('\\', '$'));
        foreach (var (paper, i) in mathematical)
        {
            var shown = LatexText.ToReadable(paper.Title);
            var results = await search.SearchAsync(SearchQuery.Parse(shown), 1, PageSize, stop);
            var isFound = results.Hits.Any(hit => hit.Paper.ArxivId == Id(i));
            (asked, found) = (asked + 1, found + (isFound ? 1 : 0));
            if (!isFound && asked - found <= show)
            {
                Console.WriteLine($"  not found: {shown}");
            }
        }

        Console.WriteLine(
            $"  {found} of {asked} mathematical titles found as shown on {temporary.Database.Dialect.Name}");
    }

    private static ListedPaper ToListed(RawPaper paper, int i) => new()
    {
        ArxivId = Id(i),
        Title = paper.Title,
        Abstract = paper.Texts.ElementAtOrDefault(1) ?? "",
        Authors = ["Ada Quill"],
        Keywords = [],
        ListedOn = new DateOnly(2026, 1, 1).AddDays(-i / 50),
    };

    private static string Id(int i) => string.Create(CultureInfo.InvariantCulture, $"2601.{i:00000}");

    [GeneratedRegex(@".{0,40}[\\${}&].{0,40}")]
    private static partial Regex Markup();

    [GeneratedRegex(@"\\backslash|\\textbackslash")]
    private static partial Regex Backslashes();

    [GeneratedRegex(@"\$\.?\d")]
    private static partial Regex Prices();

    [GeneratedRegex(@"\\\$|\\textdollar")]
    private static partial Regex EscapedDollars();

    [GeneratedRegex(@"\\\{|\\lbrace|\\textbraceleft")]
    private static partial Regex OpenBraces();

    [GeneratedRegex(@"\\\}|\\rbrace|\\textbraceright")]
    private static partial Regex CloseBraces();

    [GeneratedRegex(@"\\&|\\And|(?<=[\p{L}\d.)] ?)&(?= ?[\p{L}\d(])")]
    private static partial Regex Ampersands();
}
