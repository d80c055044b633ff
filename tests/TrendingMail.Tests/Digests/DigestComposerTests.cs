using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Digests;
using TrendingMail.Messages;
using TrendingMail.Messages.Bulk;
using TrendingMail.Papers;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Messages;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Digests;

public abstract class DigestComposerTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly Mailing Daily = new Mailing.Daily(Today);

    private static readonly Mailing Weekly = new Mailing.Weekly(Today);

    private DigestComposer Composer => new MailTestServices(Database, Clock).Digests;

    [Fact]
    public async Task DigestHasThePreferredNumberOfPapers()
    {
        await PublishAsync(
            Today, [.. Enumerable.Range(1, 5).Select(i => TestPapers.Listed($"2611.0000{i}", upvotes: i))]);
        var subscriber = await AddSubscriberAsync("ada@example.net", new Preferences { Papers = 2 });

        var envelope = await ComposeAsync(subscriber, Daily);

        Assert.Contains("Paper 2611.00005", envelope.Read().TextBody, StringComparison.Ordinal);
        Assert.Contains("Paper 2611.00004", envelope.Read().HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("2611.00003", envelope.Message.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 of the 5 papers", envelope.Read().TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnvelopeHasTheSubscriberAsRecipientAndAReturnPathOfTheDelivery()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var subscriber = await AddSubscriberAsync("ada@example.net");

        var envelope = await ComposeAsync(subscriber, Daily);

        Assert.Equal("ada@example.net", envelope.Recipient);
        Assert.Equal("ada@example.net", Assert.Single(envelope.Read().To.Mailboxes).Address);
        Assert.StartsWith("bounces+77-k1-", envelope.Sender, StringComparison.Ordinal);
        Assert.Equal("daily-2026-11-23.77@papers.example.org", envelope.Read().MessageId);
    }

    [Fact]
    public async Task TextOnlyDigestHasNoHtml()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var subscriber = await AddSubscriberAsync("ada@example.net", new Preferences { Format = MailFormat.Text });

        var envelope = await ComposeAsync(subscriber, Daily);

        Assert.Null(envelope.Read().HtmlBody);
        Assert.IsType<TextPart>(envelope.Read().Body);
    }

    [Fact]
    public async Task DigestIsInTheSubscribersLanguage()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"), TestPapers.Listed("2611.00002", upvotes: 1));
        var subscriber = await AddSubscriberAsync("ada@example.net", new Preferences { Language = "de" });

        var message = (await ComposeAsync(subscriber, Daily)).Read();

        Assert.Equal("Paper 2611.00001 und 1 weiteres Paper", message.Subject);
        Assert.Contains("Montag, 23. November 2026", message.TextBody, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"de\"", message.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("ada@example.net, täglich um 07:00 Uhr (UTC)", message.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WeeklyDigestHasThePapersOfTheWeek()
    {
        for (var days = -8; days <= 0; days += 4)
        {
            await PublishAsync(Today.AddDays(days), TestPapers.Listed($"2611.0001{-days}", day: Today.AddDays(days)));
        }

        var subscriber = await AddSubscriberAsync("ada@example.net", new Preferences { Frequency = Frequency.Weekly });

        var text = (await ComposeAsync(subscriber, Weekly)).Read().TextBody!;

        Assert.Contains("2611.00010", text, StringComparison.Ordinal);
        Assert.Contains("2611.00014", text, StringComparison.Ordinal);
        Assert.DoesNotContain("2611.00018", text, StringComparison.Ordinal);
        Assert.Contains("Weekly", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryAttemptProducesTheSameBytes()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var subscriber = await AddSubscriberAsync("ada@example.net");

        var first = await ComposeAsync(subscriber, Daily);
        Clock.Advance(TimeSpan.FromHours(3));
        var second = await ComposeAsync(subscriber, Daily);

        Assert.Equal(first.Message.Written, second.Message.Written);
        Assert.Equal(first.Sender, second.Sender);
    }

    [Fact]
    public async Task QueuedDigestOfAnUnsubscribedSubscriberIsSkipped()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Planner.PlanDueAsync(Stop);
        await SignUp.UnsubscribeAsync(subscriber.Id, ConsentOrigin.Command, Stop);
        var room = new MailTestServices(Database, Clock);
        var transport = ScriptedTransport.AcceptingAll();
        await using var writer = new DeliveryStateWriter(
            Database, new DeliveryOptions(), Clock, NullLogger<DeliveryStateWriter>.Instance, ProcessId.Current);
        using var dispatcher = new DeliveryDispatcher(
            DeliveryQueue, writer, new DomainThrottleStore(Database, Clock),
            new WarmUpLimiter(WarmUps, WarmUpStore, Clock, NullLogger<WarmUpLimiter>.Instance),
            new WarmUpReporter(WarmUps, WarmUpStore, Clock),
            new PostponedDeliveries(Database, WarmUps, WarmUpStore, Clock), room.Alerts, transport,
            [room.Digests.ComposeAsync, room.Notices.ComposeAsync], Delivery, Clock,
            NullLogger<DeliveryDispatcher>.Instance);

        await dispatcher.DispatchAsync(null, Stop);

        Assert.Empty(transport.SentIds);
        Assert.Equal(["skipped", "skipped"], await Database.ReadAsync(
            session => session.QueryAsync<string>("SELECT state FROM deliveries"), Stop));
    }

    [Fact]
    public async Task QueuedDigestOfAPausedSubscriberIsSkipped()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Subscribers.SavePreferencesAsync(subscriber.Id, new Preferences(), Today.AddDays(5), Stop);

        Assert.IsType<Composition.Skip>(await TryComposeAsync(subscriber, Daily));
    }

    [Fact]
    public async Task WithoutAnEditionThereIsNothingToSend()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");

        Assert.IsType<Composition.Skip>(await TryComposeAsync(subscriber, Daily));
        Assert.IsType<Composition.Skip>(await TryComposeAsync(subscriber, Weekly));
    }

    [Fact]
    public async Task WeeklyDigestListsTheDaysWithoutEdition()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await PublishAsync(Today.AddDays(-3), TestPapers.Listed("2611.00002", day: Today.AddDays(-3)));
        var subscriber = await AddSubscriberAsync("ada@example.net", new Preferences { Frequency = Frequency.Weekly });

        var text = (await ComposeAsync(subscriber, Weekly)).Read().TextBody!.ReplaceLineEndings(" ");

        Assert.Contains(
            "No edition was published on Tuesday, 17 November, Wednesday, 18 November, Thursday, 19 November, " +
            "Saturday, 21 November and Sunday, 22 November.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MatchedPaperShowsItsReason()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001", upvotes: 50),
            TestPapers.Listed("2611.00002") with { Abstract = "A vocoder for whispered voices." });
        var subscriber = await AddSubscriberAsync("ada@example.net", new Preferences { Papers = 2 });
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(
            session, subscriber.Id, [Interest.Create(InterestKind.Topic, "speech")!]), Stop);
        subscriber = (await Subscribers.FindAsync(subscriber.Id, Stop))!;

        var message = (await ComposeAsync(subscriber, Daily)).Read();

        Assert.Equal("Paper 2611.00002 and 1 more paper", message.Subject);
        Assert.Contains("You follow speech; matches “vocoder”", message.TextBody, StringComparison.Ordinal);
        Assert.Contains("You follow speech; matches “vocoder”", message.HtmlBody, StringComparison.Ordinal);
        Assert.Contains(
            "1 paper matches what you follow. Also: Paper 2611.00001", message.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DigestWithOnlyMutedPapersIsSkipped()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(
            session, subscriber.Id, [Interest.Create(InterestKind.Author, "Ada Quill", Interest.Muted)!]), Stop);

        Assert.IsType<Composition.Skip>(await TryComposeAsync(subscriber, Daily));
    }

    [Fact]
    public async Task TwentyFiveLongPapersFitWithAllSummaries()
    {
        var message = await ComposeLongDigestAsync(25);

        Assert.InRange(Size(message), 1, SharedRenderer.MaximumSize);
        Assert.Equal(25, Regex.Count(message.TextBody!, "The first words"));
    }

    [Fact]
    public async Task LargestDigestIsNotClippedByMailClients()
    {
        var message = await ComposeLongDigestAsync(Preferences.MaximumPapers);

        Assert.InRange(Size(message), SharedRenderer.MaximumSize * 0.9, SharedRenderer.MaximumSize);
        Assert.Equal(Preferences.MaximumPapers, Regex.Count(message.TextBody!, "A Title of a Length"));
        Assert.InRange(Regex.Count(message.TextBody!, "The first words"), 5, 49);
    }

    private async Task<MimeMessage> ComposeLongDigestAsync(int papers)
    {
        await PublishAsync(Today, [.. Enumerable.Range(10, papers).Select(i => CreateLongPaper($"2611.000{i}"))]);
        return (await ComposeAsync(
            await AddSubscriberAsync("ada@example.net", new Preferences { Papers = papers }), Daily)).Read();
    }

    private static long Size(MimeMessage message)
    {
        using var stream = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        message.WriteTo(format, stream, Stop);
        return stream.Length;
    }

    [Fact]
    public async Task QueuedDigestOfASuppressedAddressIsSkipped()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Suppressions.AddAsync(Address("ada@example.net"), SuppressionReason.SoftBounces, null, Stop);

        var composition = await TryComposeAsync(subscriber, Daily);

        Assert.Contains("soft_bounces", Assert.IsType<Composition.Skip>(composition).Reason, StringComparison.Ordinal);
    }

    private static ListedPaper CreateLongPaper(string arxivId) => TestPapers.Listed(arxivId) with
    {
        Title = "A Title of a Length That Is Not at All Unusual in the Field of Machine Learning",
        AiSummary = "The first words. " +
        string.Concat(Enumerable.Repeat("Words that stand in a summary of a paper. ", 4)),
        Organization = "Harbour Lane Research",
        Comments = 12,
        Stars = 1234,
        CodeUrl = "https://example.org/code/of/a/paper",
        ProjectUrl = "https://example.org/project/of/a/paper",
    };

    private async Task<Envelope> ComposeAsync(Subscriber subscriber, Mailing mailing) =>
        Assert.IsType<Composition.Mail>(await TryComposeAsync(subscriber, mailing)).Envelope;

    /// <summary>Composes the digest of a subscriber as stored, or tells why there is none.</summary>
    private async Task<Composition> TryComposeAsync(Subscriber subscriber, Mailing mailing) =>
        await Composer.ComposeAsync(
        new MessageIdentity(mailing, DeliveryId: 77, Morning),
        (await Subscribers.FindAsync(subscriber.Id, Stop))!, Stop)!;
}

public sealed class DigestComposerOnSqlite() : DigestComposerTests(new SqliteFixture());

public sealed class DigestComposerOnPostgreSql() : DigestComposerTests(new PostgreSqlFixture());
