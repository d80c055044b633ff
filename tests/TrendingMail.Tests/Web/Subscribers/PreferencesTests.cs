using System.Net;
using TrendingMail.Digests.Planning;
using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Subscribers;

public abstract class PreferencesTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    private static readonly Dictionary<string, string> ValidForm = new()
    {
        ["frequency"] = "weekly",
        ["weekday"] = "thursday",
        ["time"] = "18:45",
        ["time_zone"] = "Asia/Kathmandu",
        ["papers"] = "25",
        ["format"] = "text",
        ["paused_until"] = "",
    };

    [Fact]
    public async Task ThePageShowsThePreferencesAndTheTimeOfTheNextDigest()
    {
        var subscriber = await AddSubscriberAsync(
            "ada@example.net", new Preferences { TimeZone = "Europe/Berlin", Papers = 33 });

        var page = await PageAsync(Link(subscriber, LinkPurpose.Preferences));

        Assert.Contains("name=\"papers\" value=\"33\"", page, StringComparison.Ordinal);
        Assert.Contains("name=\"time_zone\" value=\"Europe/Berlin\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"daily\" checked", page, StringComparison.Ordinal);
        Assert.Contains("today, Monday, 23 November", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"Asia/Kathmandu\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThePagePromisesNoDigestBeforeTheNextEdition()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        Clock.Advance(TimeSpan.FromHours(20));
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Get<DigestPlanner>().PlanDueAsync(Stop);

        var page = await PageAsync(Link(subscriber, LinkPurpose.Preferences));

        Assert.Contains("tomorrow, Wednesday, 25 November", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryChoiceIsSaved()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Get<DigestPlanner>().PlanDueAsync(Stop);

        var page = await SaveAsync(subscriber, HttpStatusCode.OK);

        Assert.Contains("Saved.", page, StringComparison.Ordinal);
        Assert.Contains("on Thursday, 26 November, at 18:45 (Asia/Kathmandu)", page, StringComparison.Ordinal);
        var saved = (await FindSubscriberAsync("ada@example.net"))!;
        Assert.Equal(new Preferences
        {
            Frequency = Frequency.Weekly,
            Weekday = DayOfWeek.Thursday,
            SendAt = new TimeOnly(18, 45),
            TimeZone = "Asia/Kathmandu",
            Papers = 25,
            Format = MailFormat.Text,
        }, saved.Preferences);
    }

    [Fact]
    public async Task APauseIsSavedAndLifted()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");

        await SaveAsync(subscriber, HttpStatusCode.OK, ("paused_until", "2026-12-07"));
        Assert.Equal(SubscriberState.Paused, (await FindSubscriberAsync("ada@example.net"))!.State);
        Assert.Contains(
            "Paused.", await PageAsync(Link(subscriber, LinkPurpose.Preferences)), StringComparison.Ordinal);

        await SaveAsync(subscriber, HttpStatusCode.OK);
        Assert.Equal(SubscriberState.Active, (await FindSubscriberAsync("ada@example.net"))!.State);
    }

    [Theory]
    [InlineData("frequency", "hourly")]
    [InlineData("frequency", "Daily")]
    [InlineData("weekday", "someday")]
    [InlineData("time", "25:00")]
    [InlineData("time", "7")]
    [InlineData("time_zone", "Mars/Olympus")]
    [InlineData("time_zone", "\"><script>alert(1)</script>")]
    [InlineData("time_zone", "W. Europe Standard Time")]
    [InlineData("papers", "0")]
    [InlineData("papers", "51")]
    [InlineData("papers", "-1")]
    [InlineData("papers", "ten")]
    [InlineData("format", "pdf")]
    [InlineData("paused_until", "2026-11-23")]
    [InlineData("paused_until", "2027-11-24")]
    [InlineData("paused_until", "tomorrow")]
    public async Task AnInvalidValueIsReportedAndNothingIsSaved(string field, string value)
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var before = await DumpDatabaseAsync();

        var page = await SaveAsync(subscriber, HttpStatusCode.BadRequest, (field, value));

        Assert.Contains("Not saved", page, StringComparison.Ordinal);
        Assert.Contains($"id=\"{field}-error\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task AllErrorsAreReportedAtOnceAndTheValuesAreKept()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");

        var page = await SaveAsync(
            subscriber, HttpStatusCode.BadRequest, ("papers", "99"), ("time", "soon"), ("time_zone", "Nowhere"));

        Assert.Equal(4, page.Split("<li><a href=\"#").Length);
        Assert.Contains("value=\"99\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"Nowhere\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APostWithoutAnyFieldSavesNothing()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var before = await DumpDatabaseAsync();

        await PostAsync(Link(subscriber, LinkPurpose.Preferences), HttpStatusCode.BadRequest);

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task SavingPreferencesDoesNotResubscribe()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Get<SignUpFlow>().UnsubscribeAsync(subscriber.Id, ConsentOrigin.Command, Stop);
        var before = await DumpDatabaseAsync();

        var page = await SaveAsync(subscriber, HttpStatusCode.OK);

        Assert.DoesNotContain("Saved.", page, StringComparison.Ordinal);
        Assert.Contains("You are unsubscribed.", page, StringComparison.Ordinal);
        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task InterestsAreFollowedMutedAndRemoved()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");

        await SaveAsync(subscriber, HttpStatusCode.OK, ("new_kind", "keyword"), ("new_value", " Speech  recognition "),
            ("new_choice", "follow"));
        await SaveAsync(
            subscriber, HttpStatusCode.OK, ("new_kind", "author"), ("new_value", "Ada Quill"), ("new_choice", "mute"));
        Assert.Equal([("Ada Quill", -1), ("Speech recognition", 1)], await InterestsAsync(subscriber));
        var page = await SaveAsync(subscriber, HttpStatusCode.OK,
            ("interest.keyword.speech recognition", "mute"), ("interest.author.ada quill", "drop"));

        Assert.Equal([("Speech recognition", -1)], await InterestsAsync(subscriber));
        Assert.Contains("name=\"interest.keyword.speech recognition\"", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"mute\" selected>muted</option>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALearnedInterestIsKeptUnlessTheSubscriberChangesIt()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Get<Database>().WriteAsync(session => InterestStore.ReplaceAsync(
            session, subscriber.Id, [Interest.Create(InterestKind.Keyword, "lamps", 0.25)!]), Stop);

        await SaveAsync(subscriber, HttpStatusCode.OK, ("interest.keyword.lamps", "learned"));
        Assert.Equal([("lamps", 0.25)], await InterestsAsync(subscriber));
        await SaveAsync(subscriber, HttpStatusCode.OK, ("interest.keyword.lamps", "follow"));
        Assert.Equal([("lamps", 1)], await InterestsAsync(subscriber));
    }

    [Theory]
    [InlineData("keyword", "!?")]
    [InlineData("planet", "Mars")]
    [InlineData("keyword",
        "<script>alert(1)</script> and so on and so on and so on and so on and so on and so on and so on and on")]
    public async Task AnInvalidInterestIsReportedAndNothingIsSaved(string kind, string value)
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var before = await DumpDatabaseAsync();

        var page = await SaveAsync(subscriber, HttpStatusCode.BadRequest, ("new_kind", kind), ("new_value", value));

        Assert.Contains("id=\"new_value-error\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task TheNumberOfInterestsIsLimited()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var many = Enumerable.Range(0, InterestStore.MaximumPerSubscriber)
            .Select(i => Interest.Create(InterestKind.Author, $"用户 名字 {i} {new string('字', 80)}")!);
        Assert.True(await Get<Database>()
            .WriteAsync(session => InterestStore.ReplaceAsync(session, subscriber.Id, many), Stop));
        var names = (await Get<InterestStore>()
            .ListAsync(subscriber.Id, Stop)).Select(i => ($"interest.author.{i.Key}", "mute")).ToArray();

        var page = await SaveAsync(
            subscriber, HttpStatusCode.BadRequest, [("new_kind", "keyword"), ("new_value", "one more"), .. names]);
        Assert.Contains("Please remove some first", page, StringComparison.Ordinal);
        await SaveAsync(subscriber, HttpStatusCode.OK, names);

        Assert.All(await InterestsAsync(subscriber), interest => Assert.Equal(-1, interest.Weight));
    }

    [Fact]
    public async Task ThePreviewReflectsEachChange()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001", upvotes: 9) with { Title = "Best of All" },
            TestPapers.Listed("2611.00002", upvotes: 5) with { Title = "Second Best" });
        var subscriber = await AddSubscriberAsync("ada@example.net");

        var both = await SaveAsync(subscriber, HttpStatusCode.OK, ("frequency", "daily"));
        Assert.Contains("2 of the 2 papers", both, StringComparison.Ordinal);
        Assert.Contains("Second Best", both, StringComparison.Ordinal);
        var one = await SaveAsync(subscriber, HttpStatusCode.OK, ("papers", "1"));
        Assert.Contains("Best of All", one, StringComparison.Ordinal);
        Assert.DoesNotContain("Second Best", one, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NamesFromThePapersAreSuggested()
    {
        await PublishAsync(Today,
            TestPapers.Listed("2611.00001") with { Keywords = ["lighthouses"], Organization = "Harbour & Lane" });

        var page = await PageAsync(Link(await AddSubscriberAsync("ada@example.net"), LinkPurpose.Preferences));

        Assert.Contains("<option value=\"lighthouses\"></option>", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"Harbour &amp; Lane\"></option>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EarlierLinksAreRevokedAndNewOnesAreOnlySentByMail()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await DeliverAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        var link = Link(subscriber, LinkPurpose.Preferences);

        var page = await PostAsync($"{link}/links", HttpStatusCode.OK);

        Assert.DoesNotContain("/preferences/", page, StringComparison.Ordinal);
        await PageAsync(link, HttpStatusCode.Gone);
        var fresh = Link((await FindSubscriberAsync("ada@example.net"))!, LinkPurpose.Preferences);
        Assert.Contains(await DeliverAsync(), mail => mail.TextBody!.Contains(fresh, StringComparison.Ordinal));
        await PageAsync(fresh);
    }

    [Fact]
    public async Task TheUnsubscribeLinkOnThePageWorks()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var page = await PageAsync(Link(subscriber, LinkPurpose.Preferences));

        var start = page.IndexOf("/unsubscribe/", StringComparison.Ordinal);
        await PostAsync(page[start..page.IndexOf('"', start)], HttpStatusCode.OK);

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync("ada@example.net"))!.State);
    }

    private async Task<IEnumerable<(string Value, double Weight)>> InterestsAsync(Subscriber subscriber) =>
        (await Get<InterestStore>().ListAsync(subscriber.Id, Stop)).Select(i => (i.Value, i.Weight)).Order();

    private Task<string> SaveAsync(
        Subscriber subscriber, HttpStatusCode status, params (string Name, string Value)[] changes)
    {
        var fields = new Dictionary<string, string>(ValidForm);
        foreach (var (name, value) in changes)
        {
            fields[name] = value;
        }

        return PostAsync(
            Link(subscriber, LinkPurpose.Preferences), status, [.. fields.Select(field => (field.Key, field.Value))]);
    }
}

public sealed class PreferencesOnSqlite() : PreferencesTests(null);

public sealed class PreferencesOnPostgreSql() : PreferencesTests(new PostgreSqlFixture());
