using TrendingMail.Papers;
using TrendingMail.Papers.Search;
using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Papers.Search.Words;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Search;

public abstract class PaperSearchTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly ListedPaper Notes = TestPapers.Listed("2611.00001") with
    {
        Title = "Notes of Agents",
        Abstract = "Coding agents write a short note. A note is checked by a second agent.",
        Authors = ["Ada Quill", "Ben \"B\" Ortiz"],
        Keywords = ["agent memory"],
        Organization = "Harbour Lane",
    };

    private static readonly ListedPaper Maths = TestPapers.Listed("2611.00002", day: TestPapers.Day.AddDays(-30)) with
    {
        Title = @"K\""{a}hler manifolds after Poincar\'e",
        Abstract = @"The $\alpha$-divergence, G{\""o}del and \textbf{quantized} transformers.",
        Authors = ["Jürgen Müller", "Ortiz Ada"],
        Keywords = ["geometry"],
    };

    private PaperSearch Search => new(Database, Engine<ISearchDialect>(), Papers, Clock);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await SaveAsync(Notes, Maths);
    }

    [Theory]
    [InlineData("notes", "2611.00001")]
    [InlineData("NOTE", "2611.00001")]
    [InlineData("agent memory", "2611.00001")]
    [InlineData("\"short note\"", "2611.00001")]
    [InlineData("\"note short\"", "")]
    [InlineData("notes absent", "")]
    [InlineData("check*", "2611.00001")]
    [InlineData("quantization", "2611.00002")]
    [InlineData("harbour", "2611.00001")]
    [InlineData("2611.00002", "2611.00002")]
    [InlineData("ortiz", "2611.00001 2611.00002")]
    [InlineData("ortiz -geometry", "2611.00001")]
    [InlineData("-geometry", "2611.00001")]
    [InlineData("-\"poincare after\"", "2611.00001 2611.00002")]
    [InlineData("-\"godel quantized\"", "2611.00001 2611.00002")]
    [InlineData("ortiz -\"short note\"", "2611.00002")]
    [InlineData("-author:quill", "2611.00002")]
    [InlineData("author:\"ada quill\"", "2611.00001")]
    [InlineData("author:\"quill ben\"", "")]
    [InlineData("author:notes", "")]
    [InlineData("title:short", "")]
    [InlineData("title:\"notes of\"", "2611.00001")]
    [InlineData("title:\"agents notes\"", "")]
    [InlineData("title:mani* author:ada", "2611.00002")]
    [InlineData("title:manifold author:quill", "")]
    [InlineData("ortiz -title:note", "2611.00002")]
    [InlineData("title:note date:2026-10", "")]
    [InlineData("muller", "2611.00002")]
    [InlineData("kähler poincaré godel", "2611.00002")]
    [InlineData("alpha divergence", "2611.00002")]
    [InlineData("after:2026-11", "2611.00001")]
    [InlineData("before:2026-11", "2611.00002")]
    [InlineData("ortiz date:2026-10-24", "2611.00002")]
    [InlineData("ortiz date:2026-10..2026-11", "2611.00001 2611.00002")]
    [InlineData("after:2026-12 before:2026-01", "")]
    [InlineData("", "")]
    public async Task APaperMatchesIfTheWholeQueryHolds(string query, string expected) =>
        Assert.Equal(expected, string.Join(' ', await FindAsync(query)));

    [Theory]
    [InlineData(@"$\gamma$-translators in $\mathbb{R}^{n+1}$", "γ-translators in ℝⁿ⁺¹")]
    [InlineData(@"On the $\bar\partial$-problem in $\ell_2$", "On the ∂̄-problem in ℓ₂")]
    [InlineData(@"Sharp $L^p$-$L^q$ estimates: $-\Delta u = f$", "Sharp Lᵖ-L^q estimates: -Δu = f")]
    [InlineData(@"The $A_{\infty}^{*}$ condition, 50\% of $\frac{1}{2}$", "The A_∞* condition, 50% of 1/2")]
    [InlineData(@"Schr{\""o}dinger--Poisson on {$\mathbb{Z}^2$}", "Schrödinger–Poisson on ℤ²")]
    public async Task AMathematicalTitleIsFoundAsItIsShown(string source, string shown)
    {
        await SaveAsync(TestPapers.Listed("2611.00021") with { Title = source, Abstract = "Nothing." });

        var hit = Assert.Single((await Search.SearchAsync(SearchQuery.Parse(shown), 1, 10, Stop)).Hits);
        Assert.Equal(("2611.00021", shown), (hit.Paper.ArxivId, hit.Paper.Title));
    }

    [Theory]
    [InlineData("Pál Erdős")]
    [InlineData("pal erdos")]
    [InlineData("author:\"Pál Erdős\"")]
    [InlineData("author:soren")]
    [InlineData("Łojasiewicz")]
    [InlineData("lojasiewicz")]
    [InlineData("co2 r3")]
    [InlineData("CO₂ R³")]
    [InlineData("\"l2 norm\"")]
    [InlineData("\"beta flow\"")]
    [InlineData("β-flow gamma1")]
    public async Task NamesAndFormulasAreFoundHoweverTheyAreTyped(string query)
    {
        await SaveAsync(TestPapers.Listed("2611.00022") with
        {
            Title = "CO$_2$ and $R^3$",
            Abstract = @"An $\ell_2$-norm of the $\beta$-flow $\gamma_1$.",
            Authors = [@"P\'al Erd\H{o}s", @"S\o ren \L{}ojasiewicz"],
        });

        var hit = Assert.Single((await Search.SearchAsync(SearchQuery.Parse(query), 1, 10, Stop)).Hits);
        Assert.Equal(["Pál Erdős", "Søren Łojasiewicz"], hit.Paper.Authors);
    }

    [Fact]
    public async Task APhraseDoesNotReachAcrossAuthorsOrKeywords()
    {
        await SaveAsync(TestPapers.Listed("2611.00023") with
        {
            Authors = ["Uno Primo", "Duo Secundo"],
            Keywords = ["lone star", "blue moon"],
        });

        Assert.Empty(await FindAsync("\"primo duo\""));
        Assert.Empty(await FindAsync("\"star blue\""));
        Assert.Equal(["2611.00023"], await FindAsync("\"blue moon\" \"uno primo\""));
    }

    [Fact]
    public async Task CategoriesAndArchivesMatchAsAWhole()
    {
        await SetCategoriesAsync("2611.00001", """["cs.CL","cond-mat.str-el"]""");
        await SetCategoriesAsync("2611.00002", """["hep-th"]""");

        Assert.Equal(["2611.00001"], await FindAsync("category:cs.CL"));
        Assert.Equal(["2611.00001"], await FindAsync("category:CS"));
        Assert.Equal(["2611.00001"], await FindAsync("category:cond-mat"));
        Assert.Equal(["2611.00002"], await FindAsync("ortiz -category:cs.cl"));
        Assert.Equal(["2611.00002"], await FindAsync("category:hep-th"));
        Assert.Empty(await FindAsync("category:cs.C"));
        Assert.Empty(await FindAsync("category:hep"));
        Assert.Empty(await FindAsync("cs"));
    }

    [Fact]
    public async Task ATitleMatchRanksHighest()
    {
        await SaveAsync(
            TestPapers.Listed("2611.00011") with { Title = "One", Abstract = "The lighthouse is a lighthouse." },
            TestPapers.Listed("2611.00012") with { Title = "Lighthouse", Abstract = "Two." },
            TestPapers.Listed("2611.00013") with { Title = "Three", Abstract = "A lighthouse." });

        Assert.Equal(["2611.00012", "2611.00011", "2611.00013"], await FindAsync("lighthouse"));
    }

    [Fact]
    public async Task EqualMatchesAreOrderedNewestFirst()
    {
        foreach (var days in new[] { 400, 0, 3000, 20 })
        {
            await SaveAsync(Titled("A Beacon", $"2600.{days:00000}", days));
        }

        Assert.Equal(["2600.00000", "2600.00020", "2600.00400", "2600.03000"], await FindAsync("beacon"));
        Assert.Equal("2600.03000", (await FindAsync("date:..2026-10"))[^1]);
    }

    [Fact]
    public async Task WithTooManyMatchesTheNewestAndTitleMatchesAreListed()
    {
        await SaveAsync([.. Enumerable.Range(0, PaperSearch.MaximumCandidates + 50).Select(i =>
            Titled("Sea", $"2610.{i:00000}", i) with { Abstract = "A harbour." })]);
        await SaveAsync(Titled("Harbour", "2501.00001", daysAgo: 700));

        var first = await Search.SearchAsync(SearchQuery.Parse("harbour"), 1, 50, Stop);
        Assert.Equal((PaperSearch.MaximumCandidates, true), (first.Total, first.HasMore));
        Assert.Contains("2501.00001", first.Hits.Select(hit => hit.Paper.ArxivId));

        var all = new List<string?>();
        for (var page = 1; page <= 4; page++)
        {
            var results = await Search.SearchAsync(SearchQuery.Parse("harbour"), page, 50, Stop);
            Assert.Equal(page < 4, results.HasNextPage);
            all.AddRange(results.Hits.Select(hit => hit.Paper.ArxivId));
        }

        Assert.Equal(PaperSearch.MaximumCandidates, all.Distinct().Count());
        Assert.Empty((await Search.SearchAsync(SearchQuery.Parse("harbour"), int.MaxValue, 50, Stop)).Hits);
    }

    [Fact]
    public async Task SearchTermsAreMarkedInReadableText()
    {
        var hit = Assert.Single((await Search.SearchAsync(SearchQuery.Parse("kahler quantization"), 1, 10, Stop)).Hits);

        Assert.Equal("Kähler manifolds after Poincaré", hit.Title.ToString());
        Assert.Equal(
            [new TextSegment("Kähler", true), new TextSegment(" manifolds after Poincaré", false)], hit.Title.Segments);
        Assert.Contains(new TextSegment("quantized", true), hit.Snippet.Segments);
    }

    [Fact]
    public async Task AChangedPaperIsFoundByItsNewTextOnly()
    {
        await SaveAsync(Notes with
        {
            Title = "Messages",
            Abstract = "Between robots.",
            Keywords = ["post"],
            ListedOn = Notes.ListedOn.AddDays(-40),
            AsOf = Morning,
        });

        Assert.Equal(["2611.00001"], await FindAsync("robots message"));
        Assert.Equal(["2611.00001"], await FindAsync("robots before:2026-11"));
        Assert.Empty(await FindAsync("note"));
    }

    [Fact]
    public async Task ADeletedPaperIsNotFound()
    {
        await Database.WriteAsync(session => session.ExecuteAsync(
            "DELETE FROM papers WHERE arxiv_id = '2611.00001'"), Stop);

        Assert.Empty(await FindAsync("note"));
        Assert.Equal(["2611.00002"], await FindAsync("ortiz"));
    }

    [Fact]
    public async Task NoQueryIsAnError()
    {
        string[] pieces =
        [
            "\"", "'", "(", ")", "*", "^", ":", "-", "+", "{", "}", "AND", "OR", "NOT", "NEAR(", "author:", "title:",
            "category:", "after:", "date:", "..", "2026", "-01", " ", " ", "\0", "\uE000", "\uD800", "\uDC00", "é",
            "e\u0301", "\u0301",
            "東京", "𝔸", "İ", "note", "a", "\\", "%", "_", ";", "--", "/*", "\n", "rowid",
            "paper_search", "rank", "½", "ᾳ",
            "\u200B", "٣",
        ];
        var random = new Random(11);
        for (var i = 0; i < 1500; i++)
        {
            var text = string.Concat(random.GetItems(pieces, random.Next(1, 14)));

            Assert.Null(await Record.ExceptionAsync(() => Search.SearchAsync(SearchQuery.Parse(text), 1, 5, Stop)));
        }
    }

    private static ListedPaper Titled(string title, string arxivId, int daysAgo) =>
        TestPapers.Listed(arxivId, day: Today.AddDays(-daysAgo)) with { Title = title, Abstract = "It shines." };

    private async Task SaveAsync(params ListedPaper[] papers) => await Papers.SaveAsync("File", papers, Stop);

    private async Task<IReadOnlyList<string?>> FindAsync(string query) =>
        [.. (await Search.SearchAsync(SearchQuery.Parse(query), 1, 100, Stop)).Hits.Select(hit => hit.Paper.ArxivId)];

    private Task<int> SetCategoriesAsync(string arxivId, string categories) =>
        Database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE papers SET categories = @categories WHERE arxiv_id = @arxivId", new { arxivId, categories }), Stop);
}

public sealed class PaperSearchOnSqlite() : PaperSearchTests(new SqliteFixture());

public sealed class PaperSearchOnPostgreSql() : PaperSearchTests(new PostgreSqlFixture());
