using System.Net;
using TrendingMail.Editions;
using TrendingMail.Links;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Subscribers;

public abstract class FeedbackTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Theory]
    [InlineData(FeedbackKind.More, 0.25, "More like this")]
    [InlineData(FeedbackKind.Less, -0.25, "Less like this")]
    public async Task FeedbackChangesTheWeightsOfThePapersTopics(FeedbackKind kind, double weight, string heading)
    {
        var (subscriber, paper) = await AddSubscriberAndPaperAsync();
        var link = Link(subscriber, paper, kind);

        var asked = await PageAsync(link);
        Assert.Contains($"<h1>{heading}</h1>", asked, StringComparison.Ordinal);
        Assert.Contains("a…@example.net", asked, StringComparison.Ordinal);
        Assert.All(Enum.GetValues<FeedbackKind>().Where(other => other != kind),
            other => Assert.Contains(Link(subscriber, paper, other), asked, StringComparison.Ordinal));
        Assert.Empty(await InterestsAsync(subscriber));
        var said = await PostAsync(link, HttpStatusCode.OK);

        Assert.Contains("Starting with your next digest", said, StringComparison.Ordinal);
        Assert.Equal([("cs.cl", weight), ("lamps", weight), ("ships", weight)], await InterestsAsync(subscriber));
    }

    [Fact]
    public async Task ALinkWithoutAChoiceOffersAllChoices()
    {
        var (subscriber, paper) = await AddSubscriberAndPaperAsync();
        var open = Link(subscriber, paper, FeedbackKind.More)[..^".1".Length];

        var asked = await PageAsync(open);
        await PostAsync(open, HttpStatusCode.Gone);

        Assert.All(Enum.GetValues<FeedbackKind>(),
            kind => Assert.Contains(Link(subscriber, paper, kind), asked, StringComparison.Ordinal));
        Assert.Empty(await InterestsAsync(subscriber));
    }

    [Fact]
    public async Task RepeatedFeedbackChangesNothing()
    {
        var (subscriber, paper) = await AddSubscriberAndPaperAsync();
        await PostAsync(Link(subscriber, paper, FeedbackKind.More), HttpStatusCode.OK);
        var before = await DumpDatabaseAsync();

        await PostAsync(Link(subscriber, paper, FeedbackKind.More), HttpStatusCode.OK);

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task ATopicOfThePaperCanBeMuted()
    {
        var (subscriber, paper) = await AddSubscriberAndPaperAsync();
        var link = Link(subscriber, paper, FeedbackKind.Mute);
        Assert.Contains("value=\"keyword:lamps\" checked", await PageAsync(link), StringComparison.Ordinal);

        await PostAsync(link, HttpStatusCode.OK, ("subject", "keyword:ships"));

        Assert.Equal([("ships", Interest.Muted)], await InterestsAsync(subscriber));
    }

    [Fact]
    public async Task OnlyTopicsOfThePaperCanBeMuted()
    {
        var (subscriber, paper) = await AddSubscriberAndPaperAsync();

        await PostAsync(Link(subscriber, paper, FeedbackKind.Mute), HttpStatusCode.OK, ("subject", "keyword:anything"));

        Assert.Equal([("lamps", Interest.Muted)], await InterestsAsync(subscriber));
    }

    [Fact]
    public async Task FeedbackCanBeUndoneImmediately()
    {
        var (subscriber, paper) = await AddSubscriberAndPaperAsync();
        var link = Link(subscriber, paper, FeedbackKind.Less);
        var said = await PostAsync(link, HttpStatusCode.OK);

        var undone = await PostAsync(link, HttpStatusCode.OK, [.. GetHiddenFields(said)]);

        Assert.Contains("Undone.", undone, StringComparison.Ordinal);
        Assert.Empty(await InterestsAsync(subscriber));
    }

    [Fact]
    public async Task ThePreferencesPageShowsFeedbackAndCanUndoIt()
    {
        var (subscriber, paper) = await AddSubscriberAndPaperAsync();
        await PostAsync(Link(subscriber, paper, FeedbackKind.More), HttpStatusCode.OK);
        var preferences = Link(subscriber, LinkPurpose.Preferences);

        var page = await PageAsync(preferences);
        Assert.Contains("slightly more (+0.25)", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("Fewer Lamps, Same Light", page, StringComparison.Ordinal);
        var id = GetHiddenFields(page).Single(field => field.Name == "feedback").Value;
        var after = await PostAsync($"{preferences}/feedback", HttpStatusCode.OK, ("feedback", id));

        Assert.Contains("Undone.", after, StringComparison.Ordinal);
        Assert.Contains(
            $"<form class=\"prefs\" method=\"post\" action=\"{preferences}\">", after, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"feedback\"", after, StringComparison.Ordinal);
        Assert.Empty(await InterestsAsync(subscriber));
    }

    [Fact]
    public async Task FeedbackOfAnotherSubscriberCannotBeUndone()
    {
        var (subscriber, paper) = await AddSubscriberAndPaperAsync();
        await PostAsync(Link(subscriber, paper, FeedbackKind.More), HttpStatusCode.OK);
        var id = Assert.Single(await Get<FeedbackStore>().ListAsync(subscriber.Id, 9, Stop)).Id;
        var other = await AddSubscriberAsync("bo@example.net");
        var before = await DumpDatabaseAsync();

        await PostAsync($"{Link(other, LinkPurpose.Preferences)}/feedback", HttpStatusCode.OK, ("feedback", $"{id}"));
        await PostAsync(Link(other, paper, FeedbackKind.More), HttpStatusCode.OK, ("undo", $"{id}"));

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Theory]
    [InlineData(4711, FeedbackKind.More)]
    [InlineData(1, (FeedbackKind)77)]
    public async Task FeedbackOnAMissingPaperOrOfAnUnknownKindReturnsGone(long paper, FeedbackKind kind)
    {
        var (subscriber, _) = await AddSubscriberAndPaperAsync();
        var before = await DumpDatabaseAsync();

        await PageAsync(Link(subscriber, paper, kind), HttpStatusCode.Gone);
        await PostAsync(Link(subscriber, paper, kind), HttpStatusCode.Gone);

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    private async Task<(Subscriber Subscriber, long PaperId)> AddSubscriberAndPaperAsync()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001") with
        {
            Title = "Fewer Lamps, Same Light",
            Keywords = ["Lamps", "Ships"],
            Categories = ["cs.CL"],
        });
        var edition = (await Get<EditionStore>().FindNewestAsync(Stop))!;
        return (await AddSubscriberAsync("ada@example.net"), edition.Papers[0].PaperId);
    }

    private async Task<IEnumerable<(string Key, double Weight)>> InterestsAsync(Subscriber subscriber) =>
        (await Get<InterestStore>().ListAsync(subscriber.Id, Stop)).Select(i => (i.Key, i.Weight)).Order();
}

public sealed class FeedbackOnSqlite() : FeedbackTests(null);

public sealed class FeedbackOnPostgreSql() : FeedbackTests(new PostgreSqlFixture());
