using System.Security.Cryptography;
using CsCheck;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Digests;
using TrendingMail.Digests.Content;
using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Messages.Dkim;
using TrendingMail.Messages.Mime;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Templates;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Links;

namespace TrendingMail.Tests.Messages.Bulk;

public sealed class BulkComposerTests : IDisposable
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static readonly string[] Zones =
        ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kathmandu"];

    private static readonly string[] TypicalAddresses =
    [
        "ada@example.net", "b@c.de", "a.very.long.name.of.a.subscriber+papers@department.university.example.org",
        "o'hara@example.com",
        "x&y@example.com", "jörg@example.net", "用户@例子.example", "ada@bücher.example", "a=b@example.com",
        "new..dots@example.com",
    ];

    private static readonly Gen<FrozenPaper> Paper = Gen.Select(
        Hostile.Text, Hostile.Text, Hostile.Text.Array[0, 5], Hostile.Text, Gen.Int[0, 5_000],
        Gen.Bool, Gen.OneOf<string?>(
            null, "https://example.org/code?a=1&b=2", "javascript:alert(1)", "https://example.org/a\nb",
            "https://exämple.org/é"))
        .Select((title, summary, authors, organization, votes, isAi, url) => new FrozenPaper
        {
            ArxivId = votes % 3 == 0 ? null : $"2611.{votes:00000}",
            Title = title,
            Abstract = summary,
            Summary = summary,
            SummaryByAi = isAi,
            Authors = authors,
            Keywords = [],
            Organization = organization.Length > 0 ? organization : null,
            Upvotes = votes,
            Comments = votes / 10,
            Stars = votes % 2 == 0 ? votes : null,
            CodeUrl = url,
            ProjectUrl = url,
        });

    /// <summary>Mostly few papers and occasionally many: a short digest finds most errors faster.</summary>
    private static readonly Gen<(FrozenPaper, long, string, string)[]> Papers = Gen
        .Frequency((12, Gen.Int[0, 3]), (3, Gen.Int[4, 10]), (1, Gen.Int[11, 30]))
        .SelectMany(count => Gen.Select(Paper, Gen.Long[1, 1L << 40], Hostile.Text, Hostile.Text).Array[count]);

    private static readonly Gen<Digest> Digests = Gen.Select(
        Papers, Gen.Bool, Gen.Int[0, 3], Gen.Int[1, 9_999])
        .Select((chosen, weekly, followed, number) =>
        {
            var papers = chosen.Select((c, i) => new SelectedPaper(
                c.Item2, c.Item1, i < followed ? CreateReason(c.Item3, c.Item4) : null)).ToArray();
            return new Digest(Digest.MailingFor(weekly, new DateOnly(2026, 11, 23)), number, Morning, papers.Length + 3,
                papers[..Math.Min(followed, papers.Length)], papers[Math.Min(followed, papers.Length)..],
                weekly ? [new DateOnly(2026, 11, 22)] : []);
        });

    private static readonly Gen<Subscriber> Subscribers = Gen.Select(
        Gen.Frequency((12, Gen.Int[1, 50].Select(n => $"{new string('r', n)}@example.net")),
            (6, Gen.OneOf(TypicalAddresses)),
            (1, Hostile.Text.Select(text => $"{text}@example.net"))), Gen.Long[1, long.MaxValue],
        Gen.OneOf(Zones), Gen.Int[0, 1439], Gen.Enum<Frequency>(), Gen.Enum<MailFormat>(),
        Gen.OneOf("en", "de"), Gen.Int[0, 9])
        .Select((address, id, zone, minute, frequency, format, language, epoch) => new Subscriber
        {
            Id = id,
            Address = address,
            State = SubscriberState.Active,
            LinkEpoch = epoch,
            CreatedAt = Morning,
            Preferences = new Preferences
            {
                TimeZone = zone,
                SendAt = new TimeOnly(minute / 60, minute % 60),
                Frequency = frequency,
                Format = format,
                Language = language,
            },
        });

    private static readonly Gen<SiteOptions> Sites = Gen.OneOf(
        "Papers Daily", "TrendingMail", "Zeitung für Ärzte", "用户 \"Papers\" <x>", "A, B; C: D", new string('N', 150))
        .Select(name => new SiteOptions
        {
            Name = name,
            PublicUrl = new Uri("https://papers.example.org/a+b"),
            PostalAddress = name.Length % 2 == 0 ? "Papers Daily, 1 Harbour Lane, Exampleton" : "",
            Contact = "help@papers.example.org",
        });

    private static readonly SiteOptions Site = new() { PublicUrl = new Uri("https://papers.example.org") };

    private static readonly Digest SimpleDigest = new(new Mailing.Daily(new DateOnly(2026, 11, 23)), 7, Morning, 1,
        [], [new SelectedPaper(1, new FrozenPaper
        {
            Title = "Lanterns", Abstract = "Lamps.", Summary = "Lamps.", SummaryByAi = false,
            Authors = ["Ada Quill"], Keywords = [],
            Upvotes = 1, Comments = 0,
        }, null)], []);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void BulkAndIndividualCompositionProduceTheSameBytes()
    {
        var (composed, inBulk) = (0, 0);
        Gen.Select(Sites, Digests, Subscribers.Array[4, 12], Gen.Long[1, long.MaxValue], Gen.Bool)
            .Sample((site, digest, subscribers, delivery, signs) =>
        {
            var composer = CreateComposer(site, signs ? CreateKeys() : []);
            var content = CreateContent(digest, site);
            foreach (var subscriber in subscribers)
            {
                var identity = CreateIdentity(digest, delivery);
                using var individual = TryComposeIndividually(composer, content, subscriber, identity);
                if (individual is null)
                {
                    continue;
                }

                using var bulk = composer.ComposeInBulk(identity, subscriber, content);
                Interlocked.Increment(ref composed);
                if (bulk is null)
                {
                    continue;
                }

                Interlocked.Increment(ref inBulk);
                Assert.Equal(individual.Message.Written, bulk.Message.Written);
                Assert.Equal((individual.MessageId, individual.Sender, individual.Recipient),
                    (bulk.MessageId, bulk.Sender, bulk.Recipient));
            }
        }, iter: Cases.Slow);

        Assert.True(inBulk * 2 > composed, $"Only {inBulk} of {composed} digests were composed in bulk.");
    }

    [Fact]
    public void TypicalDigestIsComposedInBulk()
    {
        var digest = SimpleDigest;
        foreach (var format in Enum.GetValues<MailFormat>())
        {
            foreach (var language in new[] { "en", "de" })
            {
                using var message = CreateComposer(Site, []).ComposeInBulk(
                    CreateIdentity(digest, 7), CreateSubscriber("ada@example.net", format, language),
                    CreateContent(digest, Site));
                Assert.NotNull(message);
            }
        }
    }

    [Fact]
    public void TemplateThatTransformsASubscriberValueIsRenderedIndividuallyAndLogged()
    {
        CopyTemplates();
        File.AppendAllText(folder.File("mail/digest.txt"), "{{ subscriber.address | string.size }}\n");
        var log = new CollectedLog();
        var composer = CreateComposer(Site, [], new TemplateLibrary(folder.Path), log);
        var digest = SimpleDigest;
        var content = CreateContent(digest, Site);
        var subscriber = CreateSubscriber("ada@example.net");

        using var bulk = composer.ComposeInBulk(CreateIdentity(digest, 7), subscriber, content);
        using var individual = composer.Compose(CreateIdentity(digest, 7), subscriber, content);
        using var again = composer.Compose(CreateIdentity(digest, 8), subscriber, content);

        Assert.Null(bulk);
        Assert.Contains("\n15\n", individual.Read().TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("Template mail/digest.txt, line ", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void MessagesAreSevenBitWithCrLfLinesWithinTheSmtpLimit() =>
        Gen.Select(Digests, Subscribers).Sample((digest, subscriber) =>
        {
            using var mail = CreateComposer(Site, CreateKeys()).ComposeInBulk(
                CreateIdentity(digest, 7), subscriber with { Address = "ada@example.net" },
                CreateContent(digest, Site));
            if (mail is null)
            {
                return;
            }

            var text = System.Text.Encoding.Latin1.GetString(mail.Message.Written);
            Assert.DoesNotContain(
                text, c => c is > '~' or '\0' || (char.IsControl(c) && c is not ('\r' or '\n' or '\t')));
            Assert.All(text.Split("\r\n"),
                line => Assert.True(line.Length <= 998 && !line.Contains('\r') && !line.Contains('\n')));
            Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        }, iter: Cases.Slow);

    private static Envelope? TryComposeIndividually(
        MessageComposer composer, SharedContent content, Subscriber subscriber, MessageIdentity identity)
    {
        try
        {
            return composer.ComposeIndividually(identity, subscriber, content);
        }
        catch (Exception e) when (e is MimeKit.ParseException or ArgumentException)
        {
            // Not an address: no message to this subscriber can be composed either way.
            return null;
        }
    }

    private static Subscriber CreateSubscriber(string address, MailFormat format = MailFormat.Html,
        string language = "en") => new()
        {
            Id = 17,
            Address = address,
            State = SubscriberState.Active,
            LinkEpoch = 0,
            CreatedAt = Morning,
            Preferences = new Preferences { Format = format, Language = language },
        };

    private static MessageIdentity CreateIdentity(Digest digest, long deliveryId) =>
        new(digest.Mailing, deliveryId, Morning.AddSeconds(deliveryId % 1_000_000));

    private DkimOptions[] CreateKeys()
    {
        lock (folder)
        {
            if (!File.Exists(folder.File("rsa.pem")))
            {
                using var rsa = RSA.Create(2048);
                folder.Write("rsa.pem", rsa.ExportPkcs8PrivateKeyPem());
            }
        }

        return [new DkimOptions { Domain = "papers.example.org", Selector = "s1", KeyFile = folder.File("rsa.pem") }];
    }

    private static DigestContent CreateContent(Digest digest, SiteOptions site) => new(digest, CreateLinks(site), site);

    private static SubscriberLinks CreateLinks(SiteOptions site) =>
        new(new LinkSigner(TestKeys.Ring(1), TimeProvider.System), site.BaseUrl);

    private static MessageComposer CreateComposer(
        SiteOptions site, DkimOptions[] keys, TemplateLibrary? templates = null, ILogger<MessageComposer>? log = null)
    {
        var sender = new SenderOptions
        {
            From = "digest@papers.example.org",
            ReplyTo = "answers@papers.example.org",
            BounceAddress = "bounces@papers.example.org",
        };
        return new MessageComposer(
            templates ?? MailTestServices.TemplateLibrary, sender, site,
            new ReturnPath(TestKeys.Ring(1), sender.BounceAddress),
            CreateLinks(site), new DkimSignatures(keys), log ?? NullLogger<MessageComposer>.Instance);
    }

    private void CopyTemplates()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Templates, "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.GetRelativePath(Repository.Templates, file), File.ReadAllText(file));
        }
    }

    private sealed class CollectedLog : ILogger<MessageComposer>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }

    private static MatchReason CreateReason(string interest, string words) => new(
        new Interest { Kind = InterestKind.Keyword, Value = interest, Key = "key", Weight = Interest.Followed },
        MatchField.Title, words);
}
