using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Papers;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Digests;

public abstract class DigestComposerTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private DigestComposer Composer => new MailRoom(Database, Clock).Digests;

    [Fact]
    public async Task AReaderGetsAsManyPapersAsChosen()
    {
        await PublishAsync(Today, [.. Enumerable.Range(1, 5).Select(i => TestPapers.Listed($"2611.0000{i}", upvotes: i))]);
        var reader = await AddReaderAsync("ada@example.net", new Preferences { Papers = 2 });

        var envelope = await ComposeAsync(reader, MailingKind.Daily);

        Assert.Contains("Paper 2611.00005", envelope.Read().TextBody, StringComparison.Ordinal);
        Assert.Contains("Paper 2611.00004", envelope.Read().HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("2611.00003", envelope.Message.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 of the 5 papers", envelope.Read().TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheEnvelopeIsTheReadersAndItsReturnPathTheDeliverys()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var reader = await AddReaderAsync("ada@example.net");

        var envelope = await ComposeAsync(reader, MailingKind.Daily);

        Assert.Equal("ada@example.net", envelope.Recipient);
        Assert.Equal("ada@example.net", Assert.Single(envelope.Read().To.Mailboxes).Address);
        Assert.StartsWith("bounces+77-k1-", envelope.Sender, StringComparison.Ordinal);
        Assert.Equal("daily-2026-11-23.77@papers.example.org", envelope.Read().MessageId);
    }

    [Fact]
    public async Task AReaderOfTextGetsNoHtml()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var reader = await AddReaderAsync("ada@example.net", new Preferences { Format = MailFormat.Text });

        var envelope = await ComposeAsync(reader, MailingKind.Daily);

        Assert.Null(envelope.Read().HtmlBody);
        Assert.IsType<TextPart>(envelope.Read().Body);
    }

    [Fact]
    public async Task ADigestSpeaksItsReadersLanguage()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"), TestPapers.Listed("2611.00002", upvotes: 1));
        var reader = await AddReaderAsync("ada@example.net", new Preferences { Language = "de" });

        var message = (await ComposeAsync(reader, MailingKind.Daily)).Read();

        Assert.Equal("Paper 2611.00001 und 1 weiteres Paper", message.Subject);
        Assert.Contains("Montag, 23. November 2026", message.TextBody, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"de\"", message.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("ada@example.net, täglich um 07:00 Uhr (UTC)", message.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWeeklyDigestHasThePapersOfTheWeek()
    {
        for (var days = -8; days <= 0; days += 4)
        {
            await PublishAsync(Today.AddDays(days), TestPapers.Listed($"2611.0001{-days}", day: Today.AddDays(days)));
        }

        var reader = await AddReaderAsync("ada@example.net", new Preferences { Frequency = Frequency.Weekly });

        var text = (await ComposeAsync(reader, MailingKind.Weekly)).Read().TextBody!;

        Assert.Contains("2611.00010", text, StringComparison.Ordinal);
        Assert.Contains("2611.00014", text, StringComparison.Ordinal);
        Assert.DoesNotContain("2611.00018", text, StringComparison.Ordinal);
        Assert.Contains("Weekly", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSameDeliveryIsTheSameBytesAtEachAttempt()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var reader = await AddReaderAsync("ada@example.net");

        var first = await ComposeAsync(reader, MailingKind.Daily);
        Clock.Advance(TimeSpan.FromHours(3));
        var second = await ComposeAsync(reader, MailingKind.Daily, attempts: 2);

        Assert.Equal(first.Message.Written, second.Message.Written);
        Assert.Equal(first.Sender, second.Sender);
    }

    [Fact]
    public async Task AReaderWhoLeftAfterItWasQueuedGetsNone()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var reader = await AddReaderAsync("ada@example.net");
        await Planner.PlanDueAsync(Stop);
        await SignUp.UnsubscribeAsync(reader.Id, Origin.Command, Stop);
        var room = new MailRoom(Database, Clock);
        var transport = ScriptedTransport.ThatAccepts();
        await using var clerk = new LedgerClerk(Database, new DeliveryOptions(), Clock, NullLogger<LedgerClerk>.Instance, NodeId.Own);
        using var pump = new DeliveryPump(Ledger, clerk, new DomainBook(Database, Clock), room.Alerts, transport,
            [room.Digests.AsComposer(), .. room.Notices.AsComposers()], Delivery, Clock, NullLogger<DeliveryPump>.Instance);

        await pump.DrainAsync(null, Stop);

        Assert.Empty(transport.Handed);
        Assert.Equal(["skipped", "skipped"], await Database.ReadAsync(
            session => session.QueryAsync<string>("SELECT state FROM deliveries"), Stop));
    }

    [Fact]
    public async Task AReaderWhoPausedAfterItWasQueuedGetsNone()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var reader = await AddReaderAsync("ada@example.net");
        await Subscribers.SavePreferencesAsync(reader.Id, new Preferences(), Today.AddDays(5), Stop);

        Assert.IsType<Composition.Skip>(await Composer.AsComposer().ComposeAsync(Claimed(reader, MailingKind.Daily), Stop));
    }

    [Fact]
    public async Task WithoutAnEditionThereIsNothingToSend()
    {
        var reader = await AddReaderAsync("ada@example.net");

        Assert.IsType<Composition.Skip>(await Composer.AsComposer().ComposeAsync(Claimed(reader, MailingKind.Daily), Stop));
        Assert.IsType<Composition.Skip>(await Composer.AsComposer().ComposeAsync(Claimed(reader, MailingKind.Weekly), Stop));
    }

    [Fact]
    public async Task AWeeklyDigestSaysWhichDaysHadNoEdition()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await PublishAsync(Today.AddDays(-3), TestPapers.Listed("2611.00002", day: Today.AddDays(-3)));
        var reader = await AddReaderAsync("ada@example.net", new Preferences { Frequency = Frequency.Weekly });

        var text = (await ComposeAsync(reader, MailingKind.Weekly)).Read().TextBody!.ReplaceLineEndings(" ");

        Assert.Contains("No edition appeared on Tuesday, 17 November, Wednesday, 18 November, Thursday, 19 November, " +
            "Saturday, 21 November and Sunday, 22 November.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMatchedPaperSaysWhy()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001", upvotes: 50),
            TestPapers.Listed("2611.00002") with { Abstract = "A vocoder for whispered voices." });
        var reader = await AddReaderAsync("ada@example.net", new Preferences { Papers = 1 });
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(
            session, reader.Id, [Interest.Of(InterestKind.Topic, "speech")!]), Stop);
        reader = (await Subscribers.FindAsync(reader.Id, Stop))!;

        var message = (await ComposeAsync(reader, MailingKind.Daily)).Read();

        Assert.Equal("Paper 2611.00002 and 1 more paper", message.Subject);
        Assert.Contains("You follow speech; matches “vocoder”", message.TextBody, StringComparison.Ordinal);
        Assert.Contains("You follow speech; matches “vocoder”", message.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("1 paper on what you follow. Also: Paper 2611.00001", message.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoMutedAllOfItGetsNone()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var reader = await AddReaderAsync("ada@example.net");
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(
            session, reader.Id, [Interest.Of(InterestKind.Author, "Ada Quill", Interest.Muted)!]), Stop);

        Assert.IsType<Composition.Skip>(await Composer.AsComposer().ComposeAsync(Claimed(reader, MailingKind.Daily), Stop));
    }

    [Fact]
    public async Task ADigestOfTwentyFiveLongPapersFitsWithAllItsSummaries()
    {
        var message = await LongDigestAsync(25);

        Assert.InRange(Size(message), 1, DigestLayout.Limit);
        Assert.Equal(25, Regex.Count(message.TextBody!, "The first words"));
    }

    [Fact]
    public async Task TheLargestDigestIsNotClippedByMailClients()
    {
        var message = await LongDigestAsync(Preferences.MaximumPapers);

        Assert.InRange(Size(message), DigestLayout.Limit * 0.9, DigestLayout.Limit);
        Assert.Equal(Preferences.MaximumPapers, Regex.Count(message.TextBody!, "A Title of a Length"));
        Assert.InRange(Regex.Count(message.TextBody!, "The first words"), 5, 49);
    }

    private async Task<MimeMessage> LongDigestAsync(int papers)
    {
        await PublishAsync(Today, [.. Enumerable.Range(10, papers).Select(i => Long($"2611.000{i}"))]);
        return (await ComposeAsync(
            await AddReaderAsync("ada@example.net", new Preferences { Papers = papers }), MailingKind.Daily)).Read();
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
    public async Task WhatIsQueuedForAnAddressThatWasSuppressedMeanwhileIsSkipped()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var reader = await AddReaderAsync("ada@example.net");
        await Suppressions.AddAsync(Address("ada@example.net"), SuppressionReason.SoftBounces, null, Stop);

        var composition = await Composer.AsComposer().ComposeAsync(Claimed(reader, MailingKind.Daily), Stop);

        Assert.Contains("soft_bounces", Assert.IsType<Composition.Skip>(composition).Reason, StringComparison.Ordinal);
    }

    private static ListedPaper Long(string arxivId) => TestPapers.Listed(arxivId) with
    {
        Title = "A Title of a Length That Is Not at All Unusual in the Field of Machine Learning",
        AiSummary = "The first words. " + string.Concat(Enumerable.Repeat("Words that stand in a summary of a paper. ", 4)),
        Organization = "Harbour Lane Research",
        Comments = 12,
        Stars = 1234,
        CodeUrl = "https://example.org/code/of/a/paper",
        ProjectUrl = "https://example.org/project/of/a/paper",
    };

    private static ClaimedDelivery Claimed(Subscriber reader, string kind, int attempts = 1) => new()
    {
        Id = 77,
        Kind = kind,
        Key = "2026-11-23",
        SubscriberId = reader.Id,
        Attempts = attempts,
        QueuedAt = Morning,
        ExpiresAt = Morning.AddDays(1),
    };

    private async Task<Envelope> ComposeAsync(Subscriber reader, string kind, int attempts = 1) =>
        Assert.IsType<Composition.Mail>(
            await Composer.AsComposer().ComposeAsync(Claimed(reader, kind, attempts), Stop)).Envelope;
}

public sealed class DigestComposerOnSqlite() : DigestComposerTests(new SqliteFixture());

public sealed class DigestComposerOnPostgreSql() : DigestComposerTests(new PostgreSqlFixture());
