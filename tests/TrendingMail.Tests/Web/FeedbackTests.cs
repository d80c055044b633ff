using System.Net;
using TrendingMail.Editions;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web;

public abstract class FeedbackTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Theory]
    [InlineData(FeedbackKind.More, 0.25, "More like this")]
    [InlineData(FeedbackKind.Less, -0.25, "Less like this")]
    public async Task AnOpinionMovesWhatThePaperIsAbout(FeedbackKind kind, double weight, string heading)
    {
        var (reader, paper) = await ReaderAndPaperAsync();
        var link = Link(reader, paper, kind);

        var asked = await PageAsync(link);
        Assert.Contains($"<h1>{heading}</h1>", asked, StringComparison.Ordinal);
        Assert.Contains("a…@example.net", asked, StringComparison.Ordinal);
        Assert.All(Enum.GetValues<FeedbackKind>().Where(other => other != kind),
            other => Assert.Contains(Link(reader, paper, other), asked, StringComparison.Ordinal));
        Assert.Empty(await InterestsAsync(reader));
        var said = await PostAsync(link, HttpStatusCode.OK);

        Assert.Contains("From your next digest on", said, StringComparison.Ordinal);
        Assert.Equal([("cs.cl", weight), ("lamps", weight), ("ships", weight)], await InterestsAsync(reader));
    }

    [Fact]
    public async Task AnAddressWithoutAnOpinionLeadsToAllOfThem()
    {
        var (reader, paper) = await ReaderAndPaperAsync();
        var open = Link(reader, paper, FeedbackKind.More)[..^".1".Length];

        var asked = await PageAsync(open);
        await PostAsync(open, HttpStatusCode.Gone);

        Assert.All(Enum.GetValues<FeedbackKind>(), kind => Assert.Contains(Link(reader, paper, kind), asked, StringComparison.Ordinal));
        Assert.Empty(await InterestsAsync(reader));
    }

    [Fact]
    public async Task SayingItTwiceChangesNothing()
    {
        var (reader, paper) = await ReaderAndPaperAsync();
        await PostAsync(Link(reader, paper, FeedbackKind.More), HttpStatusCode.OK);
        var before = await EverythingAsync();

        await PostAsync(Link(reader, paper, FeedbackKind.More), HttpStatusCode.OK);

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task ATopicOfThePaperIsMuted()
    {
        var (reader, paper) = await ReaderAndPaperAsync();
        var link = Link(reader, paper, FeedbackKind.Mute);
        Assert.Contains("value=\"keyword:lamps\" checked", await PageAsync(link), StringComparison.Ordinal);

        await PostAsync(link, HttpStatusCode.OK, ("subject", "keyword:ships"));

        Assert.Equal([("ships", Interest.Muted)], await InterestsAsync(reader));
    }

    [Fact]
    public async Task OnlyWhatThePaperIsAboutCanBeMutedThroughIt()
    {
        var (reader, paper) = await ReaderAndPaperAsync();

        await PostAsync(Link(reader, paper, FeedbackKind.Mute), HttpStatusCode.OK, ("subject", "keyword:anything"));

        Assert.Equal([("lamps", Interest.Muted)], await InterestsAsync(reader));
    }

    [Fact]
    public async Task AnOpinionIsTakenBackOnTheSpot()
    {
        var (reader, paper) = await ReaderAndPaperAsync();
        var link = Link(reader, paper, FeedbackKind.Less);
        var said = await PostAsync(link, HttpStatusCode.OK);

        var undone = await PostAsync(link, HttpStatusCode.OK, [.. FieldsOf(said)]);

        Assert.Contains("Taken back.", undone, StringComparison.Ordinal);
        Assert.Empty(await InterestsAsync(reader));
    }

    [Fact]
    public async Task ThePreferencesShowOpinionsAndTakeThemBack()
    {
        var (reader, paper) = await ReaderAndPaperAsync();
        await PostAsync(Link(reader, paper, FeedbackKind.More), HttpStatusCode.OK);
        var preferences = Link(reader, LinkPurpose.Preferences);

        var page = await PageAsync(preferences);
        Assert.Contains("a little more (+0.25)", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("Fewer Lamps, Same Light", page, StringComparison.Ordinal);
        var id = FieldsOf(page).Single(field => field.Name == "feedback").Value;
        var after = await PostAsync($"{preferences}/feedback", HttpStatusCode.OK, ("feedback", id));

        Assert.Contains("Taken back.", after, StringComparison.Ordinal);
        Assert.Contains($"<form class=\"prefs\" method=\"post\" action=\"{preferences}\">", after, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"feedback\"", after, StringComparison.Ordinal);
        Assert.Empty(await InterestsAsync(reader));
    }

    [Fact]
    public async Task AnotherReadersOpinionIsNotTakenBack()
    {
        var (reader, paper) = await ReaderAndPaperAsync();
        await PostAsync(Link(reader, paper, FeedbackKind.More), HttpStatusCode.OK);
        var id = Assert.Single(await Get<FeedbackStore>().ListAsync(reader.Id, 9, Stop)).Id;
        var other = await AddReaderAsync("bo@example.net");
        var before = await EverythingAsync();

        await PostAsync($"{Link(other, LinkPurpose.Preferences)}/feedback", HttpStatusCode.OK, ("feedback", $"{id}"));
        await PostAsync(Link(other, paper, FeedbackKind.More), HttpStatusCode.OK, ("undo", $"{id}"));

        Assert.Equal(before, await EverythingAsync());
    }

    [Theory]
    [InlineData(4711, FeedbackKind.More)]
    [InlineData(1, (FeedbackKind)77)]
    public async Task APaperThatIsGoneOrAWishThatIsNoneIsTold(long paper, FeedbackKind kind)
    {
        var (reader, _) = await ReaderAndPaperAsync();
        var before = await EverythingAsync();

        await PageAsync(Link(reader, paper, kind), HttpStatusCode.Gone);
        await PostAsync(Link(reader, paper, kind), HttpStatusCode.Gone);

        Assert.Equal(before, await EverythingAsync());
    }

    private async Task<(Subscriber Reader, long PaperId)> ReaderAndPaperAsync()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001") with
        {
            Title = "Fewer Lamps, Same Light",
            Keywords = ["Lamps", "Ships"],
            Categories = ["cs.CL"],
        });
        var edition = (await Get<EditionStore>().NewestAsync(Stop))!;
        return (await AddReaderAsync("ada@example.net"), edition.Papers[0].PaperId);
    }

    private async Task<IEnumerable<(string Key, double Weight)>> InterestsAsync(Subscriber reader) =>
        (await Get<InterestStore>().ListAsync(reader.Id, Stop)).Select(i => (i.Key, i.Weight)).Order();
}

public sealed class FeedbackOnSqlite() : FeedbackTests(null);

public sealed class FeedbackOnPostgreSql() : FeedbackTests(new PostgreSqlFixture());
