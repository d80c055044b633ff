using System.Net;
using System.Text.RegularExpressions;
using TrendingMail.Editions;
using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Subscribers;

public abstract partial class FeedbackTests(PostgreSqlFixture? postgres) : WebTests(postgres)
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

        var page = await PostAsync(
            Link(subscriber, paper, FeedbackKind.Mute), HttpStatusCode.BadRequest, ("subject", "keyword:anything"));

        Assert.Contains("Nothing was muted", page, StringComparison.Ordinal);
        Assert.Empty(await InterestsAsync(subscriber));
    }

    [Fact]
    public async Task EveryAnswerSaysWhatIsInForceNow()
    {
        var (subscriber, paper) = await AddSubscriberAndPaperAsync();
        var mute = Link(subscriber, paper, FeedbackKind.Mute);

        var first = await PostAsync(mute, HttpStatusCode.OK, ("subject", "keyword:lamps"));
        Assert.Equal(["Lamps: muted", "Ships: no preference", "cs.CL: no preference"], InForce(first));
        var second = await PostAsync(mute, HttpStatusCode.OK, ("subject", "keyword:ships"));
        Assert.Equal(["Lamps: muted", "Ships: muted", "cs.CL: no preference"], InForce(second));
        Assert.Contains("</span> (muted)", await PageAsync(mute), StringComparison.Ordinal);
        var less = await PostAsync(Link(subscriber, paper, FeedbackKind.Less), HttpStatusCode.OK);
        Assert.Equal(["Lamps: muted", "Ships: muted", "cs.CL: slightly less (−0.25)"], InForce(less));
        var again = await PostAsync(Link(subscriber, paper, FeedbackKind.Less), HttpStatusCode.OK);
        Assert.Contains("Nothing changed:", again, StringComparison.Ordinal);
        Assert.Equal(InForce(less), InForce(again));
        var undone = await PostAsync(mute, HttpStatusCode.OK, [.. GetHiddenFields(first)]);
        Assert.Equal(["Lamps: no preference", "Ships: muted", "cs.CL: slightly less (−0.25)"], InForce(undone));
        Assert.Equal(
            [("cs.cl", -0.25), ("ships", Interest.Muted)], await InterestsAsync(subscriber));
        var nothing = await PostAsync(mute, HttpStatusCode.OK, [.. GetHiddenFields(first)]);
        Assert.Contains("Nothing was undone:", nothing, StringComparison.Ordinal);
        Assert.Equal(InForce(undone), InForce(nothing));
    }

    [Fact]
    public async Task AnAnswerSaysThatThereIsNoRoomForMore()
    {
        var (subscriber, paper) = await AddSubscriberAndPaperAsync();
        var many = Enumerable.Range(0, InterestStore.MaximumPerSubscriber)
            .Select(i => Interest.Create(InterestKind.Author, $"Author {i}")!);
        await Get<Database>().WriteAsync(session => InterestStore.ReplaceAsync(session, subscriber.Id, many), Stop);

        var page = await PostAsync(
            Link(subscriber, paper, FeedbackKind.Mute), HttpStatusCode.OK, ("subject", "keyword:lamps"));

        Assert.DoesNotContain("Thank you", page, StringComparison.Ordinal);
        Assert.Contains("nothing can be added", page, StringComparison.Ordinal);
        Assert.Equal("Lamps: no preference", InForce(page)[0]);
    }

    [Fact]
    public async Task SomeoneWhoUnsubscribedIsNotPromisedADigest()
    {
        var (subscriber, paper) = await AddSubscriberAndPaperAsync();
        await Get<SignUpFlow>().UnsubscribeAsync(subscriber.Id, ConsentOrigin.Command, Stop);

        Assert.Contains("only takes effect if you subscribe again",
            await PostAsync(Link(subscriber, paper, FeedbackKind.More), HttpStatusCode.OK), StringComparison.Ordinal);
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

    /// <summary>The list of the paper's topics on an answer.</summary>
    private static string[] InForce(string page) =>
    [
        .. InForceRegex().Matches(WebUtility.HtmlDecode(page))
            .Select(match => $"{match.Groups["topic"].Value}: {match.Groups["strength"].Value}"),
    ];

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

    [GeneratedRegex("<li><span dir=\"auto\">(?<topic>[^<]*)</span> \\([^)]*\\): (?<strength>[^<]*)</li>")]
    private static partial Regex InForceRegex();
}

public sealed class FeedbackOnSqlite() : FeedbackTests(null);

public sealed class FeedbackOnPostgreSql() : FeedbackTests(new PostgreSqlFixture());
