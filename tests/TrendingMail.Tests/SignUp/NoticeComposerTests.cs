using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Messages;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

public abstract class NoticeComposerTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly EmailAddress Ada = Address("ada@example.net");

    [Fact]
    public async Task AConfirmationHasAConfirmationLinkAndNoListHeaders()
    {
        await SignUp.RequestAsync(Ada, new Preferences(), Web, Stop);

        var message = (await MailAsync()).Read();

        Assert.Matches("https://papers\\.example\\.org/confirm/[A-Za-z0-9_-]{47}", message.TextBody);
        Assert.Contains("203.0.113.0/24", message.TextBody, StringComparison.Ordinal);
        Assert.Contains("48 hours", message.TextBody, StringComparison.Ordinal);
        Assert.Null(message.Headers["List-Unsubscribe"]);
        Assert.Null(message.Headers["List-Id"]);
    }

    [Fact]
    public async Task AConfirmationHasALinkToReportSomeoneElsesRequest()
    {
        await SignUp.RequestAsync(Ada, new Preferences(), Web, Stop);

        var message = (await MailAsync()).Read();

        Assert.Matches("https://papers\\.example\\.org/not-me/[A-Za-z0-9_-]{47}", message.TextBody);
        Assert.Matches("https://papers\\.example\\.org/not-me/[A-Za-z0-9_-]{47}", message.HtmlBody);
        Assert.Contains("for 7 days", message.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AConfirmationIsSkippedIfTheMailboxReportedAnotherRequest()
    {
        await SignUp.RequestAsync(Ada, new Preferences(), Web, Stop);
        var delivery = (await DeliveryQueue.ClaimAsync("here/1/1", 1, Stop)).Single();
        await Database.WriteAsync(session =>
            new SignUpBlocklist(TestKeys.Ring(1), Clock).AddAsync(session, Address("ada+1@example.net")), Stop);

        Assert.IsType<Composition.Skip>(await ComposeAsync(delivery));
    }

    [Fact]
    public async Task AGoodbyeHasAnUndoLinkAndNoListHeaders()
    {
        await UnsubscribeAsync();

        var message = (await MailAsync()).Read();

        Assert.Matches("https://papers\\.example\\.org/return/[A-Za-z0-9_-]{47}", message.TextBody);
        Assert.Contains("203.0.113.0/24", message.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("/unsubscribe/", message.TextBody, StringComparison.Ordinal);
        Assert.Null(message.Headers["List-Unsubscribe"]);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
    }

    [Fact]
    public async Task AGoodbyeIsSkippedIfTheUnsubscriptionWasUndone()
    {
        await UnsubscribeAsync();
        var subscriber = (await Subscribers.FindAsync(Ada, Stop))!;
        await SignUp.UndoUnsubscribeAsync(
            new LinkToken(LinkPurpose.UndoUnsubscribe, subscriber.Id, 0, Morning), Web, Stop);

        Assert.IsType<Composition.Skip>(
            await ComposeAsync((await DeliveryQueue.ClaimAsync("here/1/1", 1, Stop)).Single()));
    }

    [Fact]
    public async Task AConfirmationIsSkippedIfTheAddressIsSubscribedByNow()
    {
        await SignUp.RequestAsync(Ada, new Preferences(), Web, Stop);
        await SignUp.AddConfirmedAsync(Ada, new Preferences(), ConsentOrigin.Command, Stop);
        var delivery = (await DeliveryQueue.ClaimAsync("here/1/1", 1, Stop)).Single();

        Assert.IsType<Composition.Skip>(await ComposeAsync(delivery));
    }

    [Fact]
    public async Task TheWelcomeHasTheTimeOfTheNextDigestAndAnUnsubscribeLink()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await AddSubscriberAsync(Ada.Value);

        var message = (await MailAsync()).Read();

        Assert.Contains("The next one arrives tomorrow, Tuesday, 24 November, at",
            message.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("https://papers.example.org/unsubscribe/", message.TextBody, StringComparison.Ordinal);
        Assert.Contains(
            "https://papers.example.org/unsubscribe/", message.Headers["List-Unsubscribe"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFirstWelcomeAnnouncesTheLatestEdition()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await AddSubscriberAsync(Ada.Value);

        Assert.Contains("will arrive in a minute", (await MailAsync()).Read().TextBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(8)]
    public async Task TheWelcomePromisesNoDigestThatWillNotBeSent(int? daysOld)
    {
        if (daysOld is { } days)
        {
            await PublishAsync(Today.AddDays(-days), TestPapers.Listed("2611.00001", day: Today.AddDays(-days)));
        }

        await AddSubscriberAsync(Ada.Value);

        Assert.Contains("Your first digest arrives with the next edition",
            (await MailAsync()).Read().TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheWelcomePromisesNoSecondDigestBeforeTheNextEdition()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        Clock.Advance(TimeSpan.FromHours(20));
        await AddSubscriberAsync(Ada.Value);

        var text = (await MailAsync()).Read().TextBody;

        // At 04:00, hours before breakfast, the edition of the eve is the newest and follows at once.
        Assert.Matches(@"next\s+one\s+arrives\s+tomorrow", text);
    }

    [Fact]
    public async Task TheWelcomePromisesNoEditionThatAFormerSubscriberHas()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await AddSubscriberAsync(Ada.Value);
        await Planner.PlanDueAsync(Stop);
        var welcome = (await DeliveryQueue.ClaimAsync("here/1/1", 1, Stop)).Single();
        var later = welcome with { Identity = welcome.Identity with { QueuedAt = Clock.GetUtcNow().AddHours(1) } };

        Assert.Contains("will arrive in a minute", await TextAsync(welcome), StringComparison.Ordinal);
        Assert.Contains("Your next digest arrives tomorrow", await TextAsync(later), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARepeatedWelcomeAnnouncesNoDigest()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await AddSubscriberAsync(Ada.Value);
        await MailAsync();
        await SignUp.RequestAsync(Ada, new Preferences(), Web, Stop);

        Assert.DoesNotContain("will arrive in a minute", (await MailAsync()).Read().TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheWelcomeIsSkippedAfterUnsubscribing()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);
        await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);

        Assert.IsType<Composition.Skip>(
            await ComposeAsync((await DeliveryQueue.ClaimAsync("here/1/1", 1, Stop)).Single()));
    }

    [Theory]
    [InlineData(SuppressionReason.HardBounce, false)]
    [InlineData(SuppressionReason.Operator, true)]
    [InlineData(SuppressionReason.Complaint, true)]
    public async Task ASuppressedAddressIsAskedToConfirmOnlyAfterBounces(SuppressionReason reason, bool skipped)
    {
        await SignUp.RequestAsync(Ada, new Preferences(), Web, Stop);
        await Suppressions.AddAsync(Ada, reason, null, Stop);

        Assert.Equal(skipped,
            await ComposeAsync((await DeliveryQueue.ClaimAsync("here/1/1", 1, Stop)).Single()) is Composition.Skip);
    }

    [Fact]
    public async Task TheWelcomeToASuppressedAddressIsSkipped()
    {
        await AddSubscriberAsync(Ada.Value);
        await Suppressions.AddAsync(Ada, SuppressionReason.HardBounce, null, Stop);

        Assert.IsType<Composition.Skip>(
            await ComposeAsync((await DeliveryQueue.ClaimAsync("here/1/1", 1, Stop)).Single()));
    }

    /// <summary>Unsubscribes by a link after the welcome mail was sent.</summary>
    private async Task UnsubscribeAsync()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);
        await MailAsync();
        await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);
    }

    private async Task<Envelope> MailAsync() => Assert.IsType<Composition.Mail>(
        await ComposeAsync((await DeliveryQueue.ClaimAsync("here/1/1", 1, Stop)).Single())).Envelope;

    private async Task<string> TextAsync(ClaimedDelivery delivery) =>
        Assert.IsType<Composition.Mail>(await ComposeAsync(delivery)).Envelope.Read().TextBody!;

    private Task<Composition> ComposeAsync(ClaimedDelivery delivery) => new MailTestServices(Database, Clock).Notices
        .ComposeAsync(delivery.Identity, delivery.Subscriber, Stop)!;
}

public sealed class NoticeComposerOnSqlite() : NoticeComposerTests(new SqliteFixture());

public sealed class NoticeComposerOnPostgreSql() : NoticeComposerTests(new PostgreSqlFixture());
