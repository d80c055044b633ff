using System.Net;
using System.Text.RegularExpressions;
using TrendingMail.Digests;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web;

public abstract partial class ReaderLinksTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Fact]
    public async Task AReadersWholeLifeNeedsTheLinksInTheMailsOnly()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        var confirm = LinksOf(Assert.Single(await MailsAsync()).TextBody!).Single(path => path.StartsWith("/confirm/", StringComparison.Ordinal));
        Assert.Contains("Confirm your subscription", await PageAsync(confirm), StringComparison.Ordinal);
        Assert.Contains("You are subscribed", await PostAsync(confirm, HttpStatusCode.OK), StringComparison.Ordinal);
        await Get<DigestPlanner>().PlanDueAsync(Stop);

        var mails = await MailsAsync();
        Assert.Equal(["confirmation", "daily", "welcome"], mails.Select(mail => mail.MessageId!.Split('-')[0]));
        var unsubscribe = LinksOf(mails[1].TextBody!).Single(path => path.StartsWith("/unsubscribe/", StringComparison.Ordinal));
        await PostAsync(unsubscribe, HttpStatusCode.OK);

        Assert.Equal(SubscriberState.Unsubscribed, (await ReaderAsync("ada@example.net"))!.State);
    }

    [Fact]
    public async Task TheDigestIsShownInTheBrowserAsItsMailShowsIt()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await AddReaderAsync("ada@example.net");
        await Get<DigestPlanner>().PlanDueAsync(Stop);
        var mail = (await MailsAsync()).Single(mail => mail.MessageId!.StartsWith("daily-", StringComparison.Ordinal));

        using var page = await Browser.GetAsync(
            LinksOf(mail.TextBody!).Single(path => path.StartsWith("/view/", StringComparison.Ordinal)), Stop);

        Assert.Equal(
            mail.HtmlBody!.ReplaceLineEndings("\n").TrimEnd(),
            (await page.Content.ReadAsStringAsync(Stop)).ReplaceLineEndings("\n").TrimEnd());
        Assert.Contains("default-src 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task ALinkToADayWithoutAnEditionFindsNothing()
    {
        var reader = await AddReaderAsync("ada@example.net");
        var path = new Uri(Get<ReaderLinks>().View(reader, Today, weekly: false, Clock.GetUtcNow())).AbsolutePath;

        using var page = await Browser.GetAsync(path, Stop);

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    /// <summary>
    /// Mail scanners follow every link of every mail, and every link of the pages behind them, over and over. All mails
    /// that a reader can get are there; the rows of the database are the same before and after.
    /// </summary>
    [Fact]
    public async Task TwoHundredScannersFollowingEveryLinkChangeNothing()
    {
        const int Scanners = 200;
        await PublishAsync(Today, TestPapers.Listed("2611.00001") with { Keywords = ["lamps"] });
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "bo@example.net"));
        var reader = await AddReaderAsync("ada@example.net");
        await Get<DigestPlanner>().PlanDueAsync(Stop);
        var leaver = await AddReaderAsync("cleo@example.net");
        await PostAsync(Link(leaver, LinkPurpose.Unsubscribe), HttpStatusCode.OK);
        var mover = await AddReaderAsync("dan@example.net");
        await PostAsync($"{Link(mover, LinkPurpose.Preferences)}/address", HttpStatusCode.Accepted, ("email", "new@example.net"));
        var paths = await PathsOfMailsAsync();
        await PostAsync(paths.Single(path => path.StartsWith("/move/", StringComparison.Ordinal)), HttpStatusCode.OK);
        paths.UnionWith(await PathsOfMailsAsync());
        paths.UnionWith(Enum.GetValues<FeedbackKind>().Select(kind => Link(reader, 1, kind)));
        Assert.Superset(
            new HashSet<string>
            {
                "/confirm", "/not-me", "/preferences", "/unsubscribe", "/return", "/move", "/move-back", "/feedback", "/papers",
                "/view",
            },
            paths.Select(path => $"/{path.Split('/')[1]}").ToHashSet());
        var before = await EverythingAsync();

        var toFollow = new Queue<string>(paths.Append("/"));
        var pages = new HashSet<string>(toFollow);
        while (toFollow.TryDequeue(out var path))
        {
            using var page = await Browser.GetAsync(path, Stop);
            var html = await page.Content.ReadAsStringAsync(Stop);
            foreach (var link in PagePaths().Matches(html).Select(match => match.Groups[1].Value).Where(pages.Add))
            {
                toFollow.Enqueue(link);
            }
        }

        foreach (var path in paths)
        {
            await Parallel.ForAsync(0, Scanners, Stop, async (i, stop) =>
            {
                using var request = new HttpRequestMessage(i % 4 == 0 ? HttpMethod.Head : HttpMethod.Get, path);
                using var answer = await Browser.SendAsync(request, stop);
                Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Gone]);
            });
        }

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task ConfirmingTwiceIsNoFault()
    {
        var link = await RequestAsync();
        await PostAsync(link, HttpStatusCode.OK);
        var before = await EverythingAsync();

        Assert.Contains("confirmed before", await PostAsync(link, HttpStatusCode.OK), StringComparison.Ordinal);

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task AConfirmationThatExpiredIsRefused()
    {
        var link = await RequestAsync();
        Clock.Advance(TimeSpan.FromHours(48) + TimeSpan.FromSeconds(1));

        Assert.Contains("expired", await PageAsync(link, HttpStatusCode.BadRequest), StringComparison.Ordinal);
        await PostAsync(link, HttpStatusCode.BadRequest);

        Assert.Equal(SubscriberState.Pending, (await ReaderAsync("ada@example.net"))!.State);
    }

    [Fact]
    public async Task AConfirmationFromBeforeAnOptOutIsRefused()
    {
        var link = await RequestAsync();
        await PostAsync(link, HttpStatusCode.OK);
        Clock.Advance(TimeSpan.FromSeconds(2));
        await Get<SignUpFlow>().UnsubscribeAsync((await ReaderAsync("ada@example.net"))!.Id, Origin.Command, Stop);

        Assert.Contains("unsubscribed since", await PostAsync(link, HttpStatusCode.BadRequest), StringComparison.Ordinal);

        Assert.Equal(SubscriberState.Unsubscribed, (await ReaderAsync("ada@example.net"))!.State);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAA")]
    [InlineData("not-a-token-not-a-token-not-a-token-not-a-token")]
    [InlineData("%3Cscript%3E")]
    public async Task AForgedLinkIsRefused(string token)
    {
        await AddReaderAsync("ada@example.net");
        var before = await EverythingAsync();

        foreach (var path in new[] { "confirm", "preferences", "unsubscribe" })
        {
            var page = await PageAsync($"/{path}/{token}", HttpStatusCode.BadRequest);
            Assert.Contains("This link does not work", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
            await PostAsync($"/{path}/{token}", HttpStatusCode.BadRequest, ("List-Unsubscribe", "One-Click"));
        }

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task ALinkWorksForItsPurposeOnly()
    {
        var reader = await AddReaderAsync("ada@example.net");
        var before = await EverythingAsync();
        var preferences = Link(reader, LinkPurpose.Preferences).Split('/')[2];

        await PostAsync($"/unsubscribe/{preferences}", HttpStatusCode.BadRequest);
        await PostAsync($"/confirm/{preferences}", HttpStatusCode.BadRequest);
        await PageAsync($"/preferences/{Link(reader, LinkPurpose.Unsubscribe).Split('/')[2]}", HttpStatusCode.BadRequest);

        Assert.Equal(before, await EverythingAsync());
    }

    [Theory]
    [InlineData(LinkPurpose.Confirm, HttpStatusCode.BadRequest)]
    [InlineData(LinkPurpose.Preferences, HttpStatusCode.Gone)]
    [InlineData(LinkPurpose.Unsubscribe, HttpStatusCode.Gone)]
    public async Task ALinkOfAReaderWhoIsGoneOrRevokedItDoesNothing(LinkPurpose purpose, HttpStatusCode posted)
    {
        var reader = await AddReaderAsync("ada@example.net");
        var nobody = Link(reader with { Id = 4711 }, purpose);
        var revoked = Link(reader, purpose);
        await Get<Database>().WriteAsync(session => session.ExecuteAsync("UPDATE subscribers SET link_epoch = 1"), Stop);
        var before = await EverythingAsync();

        foreach (var link in new[] { nobody, revoked })
        {
            await PageAsync(link, HttpStatusCode.Gone);
            await PostAsync(link, posted);
        }

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task PagesShowTheAddressMasked()
    {
        var reader = await AddReaderAsync("ada@example.net");

        foreach (var purpose in Enum.GetValues<LinkPurpose>())
        {
            var page = await PageAsync(Link(reader, purpose));
            Assert.Contains("a…@example.net", page, StringComparison.Ordinal);
            Assert.DoesNotContain("ada@", page, StringComparison.Ordinal);
        }
    }

    private async Task<string> RequestAsync()
    {
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        return Link((await ReaderAsync("ada@example.net"))!, LinkPurpose.Confirm);
    }

    private async Task<HashSet<string>> PathsOfMailsAsync() => (await MailsAsync())
        .SelectMany(mail => LinksOf($"{mail.TextBody} {mail.HtmlBody} {mail.Headers["List-Unsubscribe"]}")).ToHashSet();

    private static IEnumerable<string> LinksOf(string text) => OurLinks().Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex("https://papers\\.example\\.org(/[A-Za-z0-9/._-]*)")]
    private static partial Regex OurLinks();

    [GeneratedRegex("(?:href|src)=\"(?:https://papers\\.example\\.org)?(/[^\"#]*)\"")]
    private static partial Regex PagePaths();
}

public sealed class ReaderLinksOnSqlite() : ReaderLinksTests(null);

public sealed class ReaderLinksOnPostgreSql() : ReaderLinksTests(new PostgreSqlFixture());
