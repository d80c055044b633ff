using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Public;

public abstract class FeedsAndApiTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    [Fact]
    public async Task BothFeedsListTheSameEditionsNewestFirst()
    {
        await PublishAsync(Today.AddDays(-1), TestPapers.Listed("2611.00001", day: Today.AddDays(-1)));
        await PublishAsync(Today, TestPapers.Listed("2611.00002") with { Title = "Less <than> & more" });

        var atom = XDocument.Parse(await PageAsync("/feed.atom")).Root!;
        var json = JsonElement.Parse(await PageAsync("/feed.json"));

        string[] urls =
            ["https://papers.example.org/papers/2026-11-23", "https://papers.example.org/papers/2026-11-22"];
        Assert.Equal(urls, atom.Elements(Atom + "entry").Select(entry => entry.Element(Atom + "id")!.Value));
        Assert.Equal(
            urls, json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
        Assert.Contains(
            "Less &lt;than&gt; &amp; more", atom.Elements(Atom + "entry").First().Element(Atom + "content")!.Value,
            StringComparison.Ordinal);
        Assert.Equal("https://jsonfeed.org/version/1.1", json.GetProperty("version").GetString());
    }

    [Fact]
    public async Task ASearchFeedListsTheNewestMatches()
    {
        await PublishAsync(Today.AddDays(-1),
            TestPapers.Listed("2611.00001", 90, Today.AddDays(-1)) with { Title = "Sparse attention" });
        await PublishAsync(Today, TestPapers.Listed("2611.00002") with { Title = "Attention, sparse" },
            TestPapers.Listed("2611.00003"));

        var atom = XDocument.Parse(await PageAsync("/feed.atom?q=sparse%20attention")).Root!;
        var json = JsonElement.Parse(await PageAsync("/feed.json?q=sparse%20attention"));

        string[] urls =
            ["https://papers.example.org/papers/2611.00002", "https://papers.example.org/papers/2611.00001"];
        Assert.Equal(urls, atom.Elements(Atom + "entry").Select(entry => entry.Element(Atom + "id")!.Value));
        Assert.Equal(
            urls, json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
        Assert.Equal("sparse attention · Papers & Co", atom.Element(Atom + "title")!.Value);
        Assert.Contains("https://papers.example.org/feed.atom?q=sparse%20attention",
            atom.Elements(Atom + "link").Select(link => link.Attribute("href")!.Value));

        // The cached response of one query is not served for another.
        Assert.Empty(XDocument.Parse(await PageAsync("/feed.atom?q=nothing+like+this")).Root!.Elements(Atom + "entry"));
        Assert.Equal(2, XDocument.Parse(await PageAsync("/feed.atom")).Root!.Elements(Atom + "entry").Count());
        Assert.Contains("href=\"/feed.atom?q=sparse%20attention\"", await PageAsync("/search?q=sparse+attention"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheNewestPapersComeFirstInFeedsAndInTheApiSortedByDay()
    {
        var older = Enumerable.Range(0, 120).Select(i =>
            TestPapers.Listed($"2610.{i:00000}", day: Today.AddDays(-3)) with { Title = "Benchmark of benchmarks" });
        var newer = Enumerable.Range(0, 60).Select(i => TestPapers.Listed($"2611.{i:00000}") with
        {
            Abstract = $"{string.Concat(Enumerable.Repeat("Nothing else. ", 50))} A benchmark.",
        });
        await PublishAsync(Today, [.. older, .. newer]);
        string[] expected = [.. Enumerable.Range(10, 50).Reverse().Select(i => $"2611.{i:00000}")];

        var atom = XDocument.Parse(await PageAsync("/feed.atom?q=benchmark")).Root!;
        var json = JsonElement.Parse(await PageAsync("/feed.json?q=benchmark"));
        var api = JsonElement.Parse(await PageAsync("/api/v1/search?q=benchmark&sort=newest&per_page=50"));

        Assert.Equal(expected, atom.Elements(Atom + "entry").Select(e => e.Element(Atom + "id")!.Value[^10..]));
        Assert.Equal(
            expected, json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()![^10..]));
        Assert.Equal(
            expected, api.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("arxiv_id").GetString()));
    }

    [Theory]
    [InlineData("%00%01%1F")]
    [InlineData("%22((author:")]
    [InlineData("-")]
    [InlineData("%FF%FE")]
    [InlineData("a&q=b")]
    [InlineData("]]%3E%3C!--")]
    public async Task AFeedAcceptsAnyQuery(string query)
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));

        Assert.NotNull(XDocument.Parse(await PageAsync($"/feed.atom?q={query}")).Root);
        Assert.Equal(JsonValueKind.Array,
            JsonElement.Parse(await PageAsync($"/feed.json?q={query}")).GetProperty("items").ValueKind);
    }

    [Fact]
    public async Task AFeedAcceptsAQueryTruncatedWithinACharacter()
    {
        var query = Uri.EscapeDataString(new string('a', 499) + "𝒳");

        Assert.NotNull(XDocument.Parse(await PageAsync($"/feed.atom?q={query}")).Root);
        Assert.Equal(JsonValueKind.Array,
            JsonElement.Parse(await PageAsync($"/feed.json?q={query}")).GetProperty("items").ValueKind);
    }

    [Fact]
    public async Task CharactersThatXmlDoesNotAllowAreRemovedFromFeeds()
    {
        await PublishAsync(Today,
            TestPapers.Listed("2611.00001") with { Title = "A\u0001 title \uFFFF𝒳", Abstract = "An\u000B abstract." });

        Assert.Single(XDocument.Parse(await PageAsync("/feed.atom")).Root!.Elements(Atom + "entry"));
        var found = Assert.Single(
            XDocument.Parse(await PageAsync("/feed.atom?q=title")).Root!.Elements(Atom + "entry"));
        Assert.Equal("A title 𝒳", found.Element(Atom + "title")!.Value);
    }

    [Fact]
    public async Task WeekAndMonthPagesCoverTheirEditions()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001", upvotes: 1));
        await PublishAsync(Today.AddDays(1), TestPapers.Listed("2611.00002", upvotes: 9, day: Today.AddDays(1)));

        foreach (var path in new[] { "/papers/week/2026-W48", "/papers/week/2026-11-26", "/papers/month/2026-11" })
        {
            var page = await PageAsync(path);
            Assert.InRange(page.IndexOf("Paper 2611.00002", StringComparison.Ordinal), 0,
                page.IndexOf("Paper 2611.00001", StringComparison.Ordinal));
        }

        Assert.Contains("href=\"/papers/2026-11-24\"", await PageAsync("/archive"), StringComparison.Ordinal);
        await PageAsync("/papers/week/2026-W47", HttpStatusCode.NotFound);
        await PageAsync("/papers/month/2026-13", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task TheSitemapListsEveryEdition()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));

        Assert.Contains("<loc>https://papers.example.org/papers/2026-11-23</loc>", await PageAsync("/sitemap.xml"),
            StringComparison.Ordinal);
        Assert.Contains("Sitemap: https://papers.example.org/sitemap.xml", await PageAsync("/robots.txt"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheApiPagesThroughADaysPapers()
    {
        await PublishAsync(
            Today, TestPapers.Listed("2611.00001", upvotes: 1), TestPapers.Listed("2611.00002", upvotes: 2));

        var second = JsonElement.Parse(await PageAsync("/api/v1/papers?date=2026-11-23&page=2&per_page=1"));

        Assert.Equal(2, second.GetProperty("total").GetInt32());
        Assert.Equal("2611.00001", second.GetProperty("items")[0].GetProperty("arxiv_id").GetString());
        var edition = JsonElement.Parse(await PageAsync("/api/v1/editions/2026-11-23"));
        Assert.Equal(2, edition.GetProperty("papers").GetArrayLength());
        Assert.Equal(1, JsonElement.Parse(await PageAsync("/api/v1/editions")).GetProperty("total").GetInt32());
        var found = JsonElement.Parse(await PageAsync("/api/v1/search?q=%222611.00002%22"));
        Assert.Equal("2611.00002", found.GetProperty("items")[0].GetProperty("arxiv_id").GetString());
    }

    [Fact]
    public async Task TheOpenApiDocumentCoversOnlyTheApi()
    {
        var paths = JsonElement.Parse(await PageAsync("/openapi/v1.json")).GetProperty("paths").EnumerateObject()
            .Select(p => p.Name).ToArray();

        Assert.Contains("/api/v1/editions/{day}", paths);
        Assert.All(paths, path => Assert.StartsWith("/api/", path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/papers/2026-11-23")]
    [InlineData("/feed.atom")]
    [InlineData("/feed.json")]
    [InlineData("/feed.atom?q=paper")]
    public async Task PublicContentHasAnEntityTagAndIsNotSentAgain(string path)
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        using var first = await Client.GetAsync(path, Stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await Client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.True(first.Headers.CacheControl!.Public);
    }
}

public sealed class FeedsAndApiOnSqlite() : FeedsAndApiTests(null);

public sealed class FeedsAndApiOnPostgreSql() : FeedsAndApiTests(new PostgreSqlFixture());
