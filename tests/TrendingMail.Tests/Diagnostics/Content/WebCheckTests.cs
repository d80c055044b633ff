using System.Net;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Content.Web;
using TrendingMail.Templates;

namespace TrendingMail.Tests.Diagnostics.Content;

public sealed class WebCheckTests
{
    private static readonly SiteOptions Site = new() { PublicUrl = new Uri("https://papers.example.org") };

    [Theory]
    [InlineData(410, 400, Verdict.Good)]
    [InlineData(400, 400, Verdict.Bad)]
    [InlineData(301, 301, Verdict.Bad)]
    [InlineData(403, 403, Verdict.Bad)]
    [InlineData(404, 404, Verdict.Bad)]
    [InlineData(410, 410, Verdict.Bad)]
    [InlineData(200, 200, Verdict.Bad)]
    public void OnlyThisProgramTellsAGenuineTokenFromAnother(int genuine, int tampered, Verdict verdict)
    {
        var finding = Judge(Site, new WebAnswer((HttpStatusCode)genuine), new WebAnswer((HttpStatusCode)tampered));

        Assert.Equal(verdict, finding.Verdict);
    }

    [Fact]
    public void OneClickUnsubscribingNeedsHttps()
    {
        var site = new SiteOptions { PublicUrl = new Uri("http://papers.example.org") };

        Assert.Equal(Verdict.Bad, Judge(
            site, new WebAnswer(HttpStatusCode.Gone), new WebAnswer(HttpStatusCode.BadRequest)).Verdict);
    }

    [Fact]
    public void ASiteThatDoesNotAnswerIsBadWithTheReason() => Assert.Contains(
        "connection refused", Judge(Site, new WebAnswer(null, "connection refused"), new WebAnswer(null)).Text,
        StringComparison.Ordinal);

    [Fact]
    public void ATamperedTokenDiffersInItsSignature()
    {
        Assert.Equal("https://x/unsubscribe/AbcAd", OneClickCheck.Tamper("https://x/unsubscribe/AbcBd"));
        Assert.Equal("https://x/unsubscribe/AbcBd", OneClickCheck.Tamper("https://x/unsubscribe/AbcAd"));
    }

    [Fact]
    public void DeadLinksOfOthersAreAWarningAndOurOwnAreBad()
    {
        var (own, other, gone) = (
            new Uri("https://papers.example.org/a"), new Uri("https://example.com/b"),
            new Uri("https://papers.example.org/unsubscribe/x"));
        Dictionary<Uri, WebAnswer> Answers(HttpStatusCode ours, HttpStatusCode theirs) => new()
        {
            [own] = new WebAnswer(ours), [other] = new WebAnswer(theirs), [gone] = new WebAnswer(HttpStatusCode.Gone),
        };

        Assert.Equal(Verdict.Good, JudgeLinks(Answers(HttpStatusCode.OK, HttpStatusCode.MovedPermanently)));
        Assert.Equal(Verdict.Good, JudgeLinks(Answers(HttpStatusCode.OK, HttpStatusCode.TooManyRequests)));
        Assert.Equal(Verdict.Warn, JudgeLinks(Answers(HttpStatusCode.OK, HttpStatusCode.Gone)));
        Assert.Equal(Verdict.Bad, JudgeLinks(Answers(HttpStatusCode.NotFound, HttpStatusCode.OK)));
    }

    [Fact]
    public void LinksAreAskedOnceWithoutTheirFragments() => Assert.Equal(
        ["https://example.org/a?b=c", "http://example.org/"],
        DigestLinksCheck.FindLinks("""
            <a href="https://example.org/a?b=c#d">1</a> <a href="https://example.org/a?b=c">2</a>
            <a href="http://example.org/">3</a> <a href="mailto:a@example.org">4</a> <a href="/x">5</a>
            """).Select(link => link.AbsoluteUri));

    [Theory]
    [InlineData(200, "image/png", 20_000, Verdict.Good)]
    [InlineData(200, "image/png", 300_000, Verdict.Warn)]
    [InlineData(200, "text/html", 20_000, Verdict.Bad)]
    [InlineData(404, "image/png", 0, Verdict.Bad)]
    public void ImagesMustLoadAndBeSmall(int status, string type, long length, Verdict verdict)
    {
        var findings = DigestImagesCheck.Judge([(new Uri("https://papers.example.org/logo.png"),
            new WebAnswer((HttpStatusCode)status) { MediaType = type, Length = length })]);

        Assert.Equal(verdict, findings[0].Verdict);
    }

    [Fact]
    public async Task AServerThatCannotBeReachedIsAnAnswer()
    {
        using var probe = new WebProbe(Site);

        var answer = await probe.HeadAsync(new Uri("http://127.0.0.1:9/"), TestContext.Current.CancellationToken);

        Assert.Null(answer.Status);
        Assert.NotEmpty(answer.Fault!);
    }

    private static Finding Judge(SiteOptions site, WebAnswer genuine, WebAnswer tampered)
    {
        using var probe = new WebProbe(site);
        return new OneClickCheck(null!, site, probe).Judge(genuine, tampered);
    }

    private static Verdict JudgeLinks(Dictionary<Uri, WebAnswer> answers)
    {
        using var probe = new WebProbe(Site);
        return Assert.Single(new DigestLinksCheck(null!, Site, probe, TimeProvider.System)
            .Judge([.. answers.Keys], answers)).Verdict;
    }
}
