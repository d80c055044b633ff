using System.Text;
using TrendingMail.Delivery;
using TrendingMail.Digests.Selection;
using TrendingMail.Papers;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Messages;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Golden;

/// <summary>Complete messages as subscribers get them, and each part in a file of its own for viewing.</summary>
public sealed class GoldenMailTests() : StorageTests(new SqliteFixture())
{
    private static readonly ListedPaper[] FixturePapers =
    [
        new()
        {
            ArxivId = "2611.00001",
            Title = "Lanterns & Lighthouses: $10\\times$ Fewer \"Lamps\"\n  at <Night>, an Unusually Long Title That " +
                "Wraps",
            Abstract = "Lamps are many.\nWe use few of them, and see as much.",
            AiSummary = "With a tenth of the lamps, ships are found as well as before; the saved oil lights the " +
                "keeper's books.",
            Authors = ["Ada Quill", "Ben Ortiz", "Chen Yu", "Imke Vanderveld", "Tomasz Brenner", "用户 Li"],
            Keywords = ["lamps"],
            Organization = "Harbour Lane Research",
            Upvotes = 1187,
            Comments = 12,
            Stars = 3412,
            CodeUrl = "https://example.org/code/lanterns?a=1&b=2",
            ProjectUrl = "https://example.org/projects/lanterns",
            ListedOn = Today,
        },
        new()
        {
            ArxivId = "2611.00002",
            Title = "一篇关于潮汐的论文 and Its Translation",
            Abstract = "Tides are translated with $\\alpha = 0.5$. The second sentence says why. " +
                string.Concat(Enumerable.Repeat("More is said about the sea than fits here. ", 8)),
            Authors = ["Åsa Öberg", "Iñaki Núñez"],
            Keywords = [],
            Upvotes = 1,
            Comments = 1,
            ListedOn = Today,
        },
        new()
        {
            Title = "A Paper Without an Identifier",
            Abstract = "It has neither votes nor links.",
            Authors = ["Nobody Known"],
            Keywords = [],
            ListedOn = Today,
        },
    ];

    [Fact]
    public async Task ConfirmationMatchesItsGoldenFiles()
    {
        await SignUp.RequestAsync(Address("ada@example.net"), new Preferences(), Web, Stop);

        await VerifyAsync("confirmation");
    }

    [Fact]
    public async Task WelcomeMatchesItsGoldenFiles()
    {
        await PublishAsync(Today, FixturePapers);
        await AddSubscriberAsync("ada@example.net", new Preferences { TimeZone = "Europe/Berlin" });

        await VerifyAsync("welcome");
    }

    [Fact]
    public async Task GoodbyeMatchesItsGoldenFiles()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await DeliveryQueue.ClaimAsync("the welcome", 1, Stop);
        await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);

        await VerifyAsync("goodbye");
    }

    [Fact]
    public async Task DigestMatchesItsGoldenFiles()
    {
        await PublishAsync(Today, FixturePapers);
        await AddSubscriberAsync("ada@example.net", new Preferences { TimeZone = "Europe/Berlin" });
        await DeliveryQueue.ClaimAsync("the welcome", 1, Stop);
        await Planner.PlanDueAsync(Stop);

        await VerifyAsync("digest");
    }

    [Fact]
    public async Task GermanDigestMatchesItsGoldenFiles()
    {
        var edition = await PublishAsync(Today, FixturePapers);
        var subscriber = await AddSubscriberAsync(
            "ada@example.net", new Preferences { TimeZone = "Europe/Berlin", Language = "de" });
        var room = new MailTestServices(Database, Clock);
        Interest[] interests =
            [Interest.Create(InterestKind.Keyword, "tides")!, Interest.Create(InterestKind.Author, "B. Ortiz")!];
        var digest = DigestSelection.Select(DigestCandidates.ForDay(edition), interests, papers: 10);

        var content = room.Digests.Render(digest, subscriber, withHtml: true);

        Assert.Equal("Lanterns & Lighthouses: 10× Fewer \"Lamps\" at… und 2 weitere Paper", content.Subject);
        GoldenFile.Verify("digest-de.html", content.Html!);
        GoldenFile.Verify("digest-de.txt", content.Text);
    }

    private async Task VerifyAsync(string name)
    {
        var delivery = (await DeliveryQueue.ClaimAsync("here/1/1", 1, Stop)).Single();
        var room = new MailTestServices(Database, Clock);
        var composition = Assert.IsType<Composition.Mail>(await (
            room.Notices.ComposeAsync(delivery.Identity, delivery.Subscriber, Stop) ??
            room.Digests.ComposeAsync(delivery.Identity, delivery.Subscriber, Stop)!));
        var message = composition.Envelope.Read();

        GoldenFile.Verify($"{name}.html", message.HtmlBody!.ReplaceLineEndings("\n"));
        GoldenFile.Verify($"{name}.txt", message.TextBody!.ReplaceLineEndings("\n"));
        GoldenFile.Verify($"{name}.eml", Encoding.UTF8.GetString(composition.Envelope.Message.Written));
    }
}
