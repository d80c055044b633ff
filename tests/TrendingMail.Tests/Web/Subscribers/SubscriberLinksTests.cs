using System.Net;
using System.Text.RegularExpressions;
using TrendingMail.Digests.Planning;
using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Subscribers;

public abstract partial class SubscriberLinksTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Fact]
    public async Task TheLinksInTheMailsCoverTheWholeLifeCycle()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        var confirm = FindLinks(Assert.Single(await DeliverAsync()).TextBody!)
            .Single(path => path.StartsWith("/confirm/", StringComparison.Ordinal));
        Assert.Contains("Confirm your subscription", await PageAsync(confirm), StringComparison.Ordinal);
        Assert.Contains("You are subscribed", await PostAsync(confirm, HttpStatusCode.OK), StringComparison.Ordinal);
        await Get<DigestPlanner>().PlanDueAsync(Stop);

        var mails = await DeliverAsync();
        Assert.Equal(["confirmation", "daily", "welcome"], mails.Select(mail => mail.MessageId!.Split('-')[0]));
        var unsubscribe = FindLinks(mails[1].TextBody!)
            .Single(path => path.StartsWith("/unsubscribe/", StringComparison.Ordinal));
        await PostAsync(unsubscribe, HttpStatusCode.OK);

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync("ada@example.net"))!.State);
    }

    [Fact]
    public async Task TheBrowserViewShowsTheMailWithTheAddressMasked()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await AddSubscriberAsync("ada@example.net");
        await Get<DigestPlanner>().PlanDueAsync(Stop);
        var mail = (await DeliverAsync()).Single(
            mail => mail.MessageId!.StartsWith("daily-", StringComparison.Ordinal));

        using var page = await Client.GetAsync(
            FindLinks(mail.TextBody!).Single(path => path.StartsWith("/view/", StringComparison.Ordinal)), Stop);

        Assert.Equal(
            mail.HtmlBody!.Replace("ada@example.net", "a…@example.net", StringComparison.Ordinal)
                .ReplaceLineEndings("\n").TrimEnd(),
            (await page.Content.ReadAsStringAsync(Stop)).ReplaceLineEndings("\n").TrimEnd());
        Assert.Contains("default-src 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData(Frequency.Daily)]
    [InlineData(Frequency.Weekly)]
    public async Task TheBrowserViewShowsWhatWasSentAfterPreferencesHaveChanged(Frequency frequency)
    {
        await PublishAsync(
            Today, TestPapers.Listed("2611.00001"), TestPapers.Listed("2611.00002") with { Keywords = ["lamps"] });
        var sent = new Preferences { Frequency = frequency };
        var ada = await AddSubscriberAsync("ada@example.net", sent);
        await FollowAsync(ada.Id, "lamps");
        await Get<DigestPlanner>().PlanDueAsync(Stop);
        var mail = (await DeliverAsync()).Single(mail => mail.HtmlBody!.Contains("/view/", StringComparison.Ordinal));
        await Get<SubscriberStore>().SavePreferencesAsync(
            ada.Id, sent with { Papers = 1, Language = "de" }, null, Stop);
        await FollowAsync(ada.Id, "tides");

        using var page = await Client.GetAsync(
            FindLinks(mail.TextBody!).Single(path => path.StartsWith("/view/", StringComparison.Ordinal)), Stop);

        Assert.Contains("You follow lamps", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(
            mail.HtmlBody!.Replace("ada@example.net", "a…@example.net", StringComparison.Ordinal)
                .ReplaceLineEndings("\n").TrimEnd(),
            (await page.Content.ReadAsStringAsync(Stop)).ReplaceLineEndings("\n").TrimEnd());
    }

    [Fact]
    public async Task ALinkToADayWithoutAnEditionReturnsNotFound()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var path = new Uri(
            Get<SubscriberLinks>().View(subscriber, Today, weekly: false, Clock.GetUtcNow())).AbsolutePath;

        using var page = await Client.GetAsync(path, Stop);

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    private Task<bool> FollowAsync(long id, string keyword) => Get<Database>().WriteAsync(
        session => InterestStore.ReplaceAsync(session, id, [Interest.Create(InterestKind.Keyword, keyword)!]), Stop);

    /// <summary>
    /// Mail scanners follow every link in every mail, and every link on the pages behind them, repeatedly. Covers every
    /// kind of mail that a subscriber can receive, and expects the database content to be the same before and after.
    /// </summary>
    [Fact]
    public async Task LinkScannersChangeNothing()
    {
        const int Scanners = 200;
        await PublishAsync(Today, TestPapers.Listed("2611.00001") with { Keywords = ["lamps"] });
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "bo@example.net"));
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Get<DigestPlanner>().PlanDueAsync(Stop);
        var leaver = await AddSubscriberAsync("cleo@example.net");
        await PostAsync(Link(leaver, LinkPurpose.Unsubscribe), HttpStatusCode.OK);
        var mover = await AddSubscriberAsync("dan@example.net");
        await PostAsync(
            Link(mover, LinkPurpose.ChangeAddress), HttpStatusCode.Accepted, ("email", "new@example.net"));
        foreach (var action in (string[])["export", "move", "erase"])
        {
            await PostAsync($"{Link(subscriber, LinkPurpose.Preferences)}/account", HttpStatusCode.Accepted,
                ("action", action));
        }

        var paths = await MailLinkPathsAsync();
        await PostAsync(paths.Single(path => path.StartsWith("/move/", StringComparison.Ordinal)), HttpStatusCode.OK);
        paths.UnionWith(await MailLinkPathsAsync());
        paths.UnionWith(Enum.GetValues<FeedbackKind>().Select(kind => Link(subscriber, 1, kind)));
        Assert.Superset(
            new HashSet<string>
            {
                "/confirm", "/not-me", "/preferences", "/unsubscribe", "/return", "/move", "/move-back",
                "/feedback", "/papers",
                "/view", "/export", "/change-address", "/erase",
            },
            paths.Select(path => $"/{path.Split('/')[1]}").ToHashSet());
        var before = await DumpDatabaseAsync();

        var toFollow = new Queue<string>(paths.Append("/"));
        var pages = new HashSet<string>(toFollow);
        while (toFollow.TryDequeue(out var path))
        {
            using var page = await Client.GetAsync(path, Stop);
            var html = await page.Content.ReadAsStringAsync(Stop);
            foreach (var link in PageLinkRegex().Matches(html).Select(match => match.Groups[1].Value).Where(pages.Add))
            {
                toFollow.Enqueue(link);
            }
        }

        foreach (var path in paths)
        {
            await Parallel.ForAsync(0, Scanners, Stop, async (i, stop) =>
            {
                using var request = new HttpRequestMessage(i % 4 == 0 ? HttpMethod.Head : HttpMethod.Get, path);
                using var answer = await Client.SendAsync(request, stop);
                Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Gone]);
            });
        }

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task ConfirmingIsIdempotent()
    {
        var link = await RequestAsync();
        await PostAsync(link, HttpStatusCode.OK);
        var before = await DumpDatabaseAsync();

        Assert.Contains("already confirmed", await PostAsync(link, HttpStatusCode.OK), StringComparison.Ordinal);

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task AnExpiredConfirmationLinkIsRejected()
    {
        var link = await RequestAsync();
        Clock.Advance(TimeSpan.FromHours(48) + TimeSpan.FromSeconds(1));

        Assert.Contains("expired", await PageAsync(link, HttpStatusCode.BadRequest), StringComparison.Ordinal);
        await PostAsync(link, HttpStatusCode.BadRequest);

        Assert.Equal(SubscriberState.Pending, (await FindSubscriberAsync("ada@example.net"))!.State);
    }

    [Fact]
    public async Task AConfirmationLinkFromBeforeAnOptOutIsRejected()
    {
        var link = await RequestAsync();
        await PostAsync(link, HttpStatusCode.OK);
        Clock.Advance(TimeSpan.FromSeconds(2));
        await Get<SignUpFlow>()
            .UnsubscribeAsync((await FindSubscriberAsync("ada@example.net"))!.Id, ConsentOrigin.Command, Stop);

        Assert.Contains(
            "unsubscribed since", await PostAsync(link, HttpStatusCode.BadRequest), StringComparison.Ordinal);

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync("ada@example.net"))!.State);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAA")]
    [InlineData("not-a-token-not-a-token-not-a-token-not-a-token")]
    [InlineData("%3Cscript%3E")]
    public async Task AForgedLinkIsRejected(string token)
    {
        await AddSubscriberAsync("ada@example.net");
        var before = await DumpDatabaseAsync();

        foreach (var path in new[] { "confirm", "preferences", "unsubscribe" })
        {
            var page = await PageAsync($"/{path}/{token}", HttpStatusCode.BadRequest);
            Assert.Contains("This link does not work", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
            await PostAsync($"/{path}/{token}", HttpStatusCode.BadRequest, ("List-Unsubscribe", "One-Click"));
        }

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task ALinkWorksForItsPurposeOnly()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var before = await DumpDatabaseAsync();
        var preferences = Link(subscriber, LinkPurpose.Preferences).Split('/')[2];

        await PostAsync($"/unsubscribe/{preferences}", HttpStatusCode.BadRequest);
        await PostAsync($"/confirm/{preferences}", HttpStatusCode.BadRequest);
        await PageAsync(
            $"/preferences/{Link(subscriber, LinkPurpose.Unsubscribe).Split('/')[2]}", HttpStatusCode.BadRequest);

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Theory]
    [InlineData(LinkPurpose.Confirm, HttpStatusCode.BadRequest)]
    [InlineData(LinkPurpose.Preferences, HttpStatusCode.Gone)]
    public async Task ARevokedLinkAndALinkOfAnUnknownSubscriberDoNothing(LinkPurpose purpose, HttpStatusCode posted)
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var nobody = Link(subscriber with { Id = 4711 }, purpose);
        var revoked = Link(subscriber, purpose);
        await Get<Database>()
            .WriteAsync(session => session.ExecuteAsync("UPDATE subscribers SET link_epoch = 1"), Stop);
        var before = await DumpDatabaseAsync();

        foreach (var link in new[] { nobody, revoked })
        {
            await PageAsync(link, HttpStatusCode.Gone);
            await PostAsync(link, posted);
        }

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task PagesShowTheAddressMasked()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");

        foreach (var purpose in Enum.GetValues<LinkPurpose>())
        {
            var page = await PageAsync(Link(subscriber, purpose));
            Assert.Contains("a…@example.net", page, StringComparison.Ordinal);
            Assert.DoesNotContain("ada@", page, StringComparison.Ordinal);
        }
    }

    private async Task<string> RequestAsync()
    {
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        return Link((await FindSubscriberAsync("ada@example.net"))!, LinkPurpose.Confirm);
    }

    private async Task<HashSet<string>> MailLinkPathsAsync() => (await DeliverAsync())
        .SelectMany(mail => FindLinks($"{mail.TextBody} {mail.HtmlBody} {mail.Headers["List-Unsubscribe"]}"))
        .ToHashSet();

    private static IEnumerable<string> FindLinks(string text) =>
        LinkRegex().Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex("https://papers\\.example\\.org(/[A-Za-z0-9/._-]*)")]
    private static partial Regex LinkRegex();

    [GeneratedRegex("(?:href|src)=\"(?:https://papers\\.example\\.org)?(/[^\"#]*)\"")]
    private static partial Regex PageLinkRegex();
}

public sealed class SubscriberLinksOnSqlite() : SubscriberLinksTests(null);

public sealed class SubscriberLinksOnPostgreSql() : SubscriberLinksTests(new PostgreSqlFixture());
