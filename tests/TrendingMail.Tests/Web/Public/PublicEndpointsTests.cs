using System.Net;
using TrendingMail.Links;
using TrendingMail.Papers;
using TrendingMail.Papers.Sample;
using TrendingMail.Storage;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Public;

public abstract class PublicEndpointsTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    private const string Invitation = "Get trending papers in your email inbox!";

    [Fact]
    public async Task TheHomePageHasTheSignUpFormBeforeTheFirstEdition()
    {
        var page = await PageAsync("/");

        Assert.Contains(Invitation, page, StringComparison.Ordinal);
        Assert.Contains("""<form method="post" action="/subscribe">""", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheHomePageShowsTheLatestEdition()
    {
        await PublishAsync(Today.AddDays(-1), TestPapers.Listed("2611.00001", day: Today.AddDays(-1)));
        await PublishAsync(
            Today, TestPapers.Listed("2611.00002", upvotes: 5), TestPapers.Listed("2611.00003", upvotes: 50));

        var page = await PageAsync("/");

        Assert.Contains("Monday, 23 November 2026", page, StringComparison.Ordinal);
        Assert.Contains(Invitation, page, StringComparison.Ordinal);
        Assert.InRange(page.IndexOf("Paper 2611.00003", StringComparison.Ordinal), 0,
            page.IndexOf("Paper 2611.00002", StringComparison.Ordinal));
        Assert.DoesNotContain("Paper 2611.00001", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/papers/2026-11-22\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEditionLinksToThePreviousAndNextOnes()
    {
        for (var days = -2; days <= 0; days++)
        {
            await PublishAsync(Today.AddDays(days), TestPapers.Listed($"2611.0000{-days}", day: Today.AddDays(days)));
        }

        var page = await PageAsync("/papers/2026-11-22");

        Assert.Contains("rel=\"prev\" href=\"/papers/2026-11-21\"", page, StringComparison.Ordinal);
        Assert.Contains("rel=\"next\" href=\"/papers/2026-11-23\"", page, StringComparison.Ordinal);
        Assert.Contains("<link rel=\"canonical\" href=\"https://papers.example.org/papers/2026-11-22\">", page,
            StringComparison.Ordinal);
        Assert.Contains("href=\"/\">Newest<", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">Newest<", await PageAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/papers/2611.00001")]
    [InlineData("/papers/2611.00001v3")]
    [InlineData("/papers/math.GT/0309136")]
    public async Task APaperHasAPage(string path)
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"), TestPapers.Listed("math.GT/0309136"));

        var page = await PageAsync(path);

        Assert.Contains($"What {path["/papers/".Length..].Replace("v3", "", StringComparison.Ordinal)} is about.", page,
            StringComparison.Ordinal);
        Assert.Contains("href=\"/papers/2026-11-23\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALatePaperLinksToTheEditionThatContainsIt()
    {
        await PublishAsync(Today.AddDays(-1), TestPapers.Listed("2611.00001", day: Today.AddDays(-1)));
        await PublishAsync(Today, TestPapers.Listed("2611.00002", day: Today.AddDays(-1)));

        Assert.Contains("href=\"/papers/2026-11-23\"", await PageAsync("/papers/2611.00002"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEditionOfSamplePapersSaysSo()
    {
        await Get<PaperStore>().SaveAsync(SamplePapers.Source, [TestPapers.Listed("2611.00001")], Stop);
        await PublishAsync(Today);

        Assert.Contains("none of these papers exists", await PageAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/old-page.html")]
    [InlineData("/papers/2026-11-24")]
    [InlineData("/papers/2026-02-30")]
    [InlineData("/papers/2611.99999")]
    [InlineData("/papers/x")]
    [InlineData("/papers/")]
    [InlineData("/confirm")]
    public async Task AnUnknownPathReturnsANotFoundPage(string path) =>
        Assert.Contains("<h1>Not found</h1>", await PageAsync(path, HttpStatusCode.NotFound), StringComparison.Ordinal);

    [Fact]
    public async Task TextsFromSourcesAreEncodedOnEveryPage()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001") with
        {
            Title = "<script>alert(1)</script> & \"quotes\"",
            Abstract = "<img src=x onerror=alert(2)>",
            Authors = ["<b>Ada</b>"],
            Organization = "<i>House</i>",
            Keywords = ["<u>key</u>"],
            CodeUrl = "https://example.org/\"onmouseover=\"alert(3)",
        });

        foreach (var path in new[] { "/", "/papers/2026-11-23", "/papers/2611.00001" })
        {
            var page = await PageAsync(path);
            foreach (var raw in new[] { "<script>", "<img", "<b>", "<i>", "<u>", "\"onmouseover" })
            {
                Assert.DoesNotContain(raw, page, StringComparison.Ordinal);
            }

            Assert.Contains(
                "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;", page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/site.css", "text/css")]
    [InlineData("/favicon.svg", "image/svg+xml")]
    public async Task AnUnchangedAssetIsNotSentAgain(string path, string type)
    {
        using var first = await Client.GetAsync(path, Stop);
        Assert.Equal((HttpStatusCode.OK, type), (first.StatusCode, first.Content.Headers.ContentType!.MediaType));
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await Client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/papers/2611.00001")]
    [InlineData("/nowhere")]
    [InlineData("/site.css")]
    [InlineData("/healthz/live")]
    [InlineData("/unsubscribe/x")]
    public async Task EveryResponseHasSecurityHeadersAndNoCookie(string path)
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        using var response = await Client.GetAsync(path, Stop);

        string Header(string name) => string.Join(' ', response.Headers.GetValues(name));
        var policy = Header("Content-Security-Policy");
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(("nosniff", "no-referrer", "DENY"),
            (Header("X-Content-Type-Options"), Header("Referrer-Policy"), Header("X-Frame-Options")));
        Assert.Equal("max-age=31536000", Header("Strict-Transport-Security"));
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task PagesComplyWithTheirContentSecurityPolicy()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var subscriber = await AddSubscriberAsync("ada@example.net");

        foreach (var path in new[]
        {
            "/", "/papers/2611.00001", "/nowhere", Link(subscriber, LinkPurpose.Confirm),
            Link(subscriber, LinkPurpose.Preferences),
            Link(subscriber, LinkPurpose.Unsubscribe),
        })
        {
            using var response = await Client.GetAsync(path, Stop);
            var page = await response.Content.ReadAsStringAsync(Stop);
            Assert.DoesNotMatch(
                "(?i)<script(?! type=\"application/ld.json\">| src=\"/site.js\" defer></script>)|<style| style=| " +
                "on[a-z]+=|<iframe|src=\"http", page);
        }
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/papers/2026-11-23", HttpStatusCode.OK)]
    [InlineData("/site.css", HttpStatusCode.OK)]
    [InlineData("/healthz/ready", HttpStatusCode.OK)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    public async Task PagesAnswerHeadRequests(string path, HttpStatusCode status)
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        using var response = await Client.SendAsync(request, Stop);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task HealthChecksSucceed()
    {
        Assert.Equal("live", await PageAsync("/healthz/live"));
        Assert.Equal("ready", await PageAsync("/healthz/ready"));
    }

    [Fact]
    public async Task ANodeStaysReadyAfterANewerVersionMigratesTheSchema()
    {
        await Get<Database>().WriteAsync(session => session.ExecuteAsync(
            "INSERT INTO schema_versions (version, name, applied_at) VALUES (9999, 'from_the_future', 0)"), Stop);

        Assert.Equal("ready", await PageAsync("/healthz/ready"));
    }
}

public sealed class PublicEndpointsOnSqlite() : PublicEndpointsTests(null);

public sealed class PublicEndpointsOnPostgreSql() : PublicEndpointsTests(new PostgreSqlFixture());
