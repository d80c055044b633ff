using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Benchmarks.Search;
using TrendingMail.Digests;
using TrendingMail.Digests.Content;
using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Messages.Dkim;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Templates;
using TrendingMail.Templates.Text;

namespace TrendingMail.Benchmarks.Messages;

/// <summary>
/// An edition of sixty generated papers, digests that select some of them, and a configured bulk composer.
/// </summary>
internal sealed class BulkComposerFixture
{
    private const int Papers = 60;

    private static readonly DateTimeOffset Morning = new(2026, 11, 24, 7, 0, 0, TimeSpan.Zero);

    private static readonly Mailing.Digest Mailing = new Mailing.Daily(new DateOnly(2026, 11, 23));

    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"];

    private readonly MessageComposer composer;

    private readonly DigestContent[] digests;

    /// <summary>Created in advance, because loading subscribers and identities is not part of composing.</summary>
    private readonly (Subscriber Subscriber, MessageIdentity Identity)[] queue;

    /// <param name="papersPerDigest">Papers in each digest.</param>
    /// <param name="keys">Selector, algorithm and PEM of each DKIM key.</param>
    public BulkComposerFixture(
        string templates, int profiles, int subscribers, int papersPerDigest,
        IEnumerable<(string Selector, DkimAlgorithm Algorithm, string Pem)> keys)
    {
        var site = new SiteOptions
        {
            Name = "Papers Daily",
            PublicUrl = new Uri("https://papers.example.org"),
            PostalAddress = "Papers Daily, 1 Harbour Lane, Exampleton",
            Contact = "help@papers.example.org",
        };
        var sender = new SenderOptions
        {
            From = "digest@papers.example.org",
            ReplyTo = "answers@papers.example.org",
            BounceAddress = "bounces@papers.example.org",
        };
        SubscriberLinks links;
        var folder = Directory.CreateTempSubdirectory("trendingmail-render-").FullName;
        try
        {
            var ring = KeyRing.Open(Path.Combine(folder, "keys.json"), TimeProvider.System);
            links = new SubscriberLinks(new LinkSigner(ring, TimeProvider.System), site.BaseUrl);
            var signatures = new DkimSignatures([.. keys.Select(key =>
            {
                var file = Path.Combine(folder, key.Selector);
                File.WriteAllText(file, key.Pem);
                return new DkimOptions
                {
                    Domain = "papers.example.org", Selector = key.Selector, KeyFile = file, Algorithm = key.Algorithm,
                };
            })]);
            var templateLibrary = new TemplateLibrary(templates);
            composer = new MessageComposer(
                templateLibrary, sender, site, new ReturnPath(ring, sender.BounceAddress), links, signatures,
                NullLogger<MessageComposer>.Instance);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        var papers = new PaperFactory(new Vocabulary(20_000, seed: 1), Papers);
        var edition = Enumerable.Range(0, Papers).Select(i => CreatePaper(papers, i)).ToArray();
        digests = [.. Enumerable.Range(0, profiles).Select(profile =>
            new DigestContent(SelectPapers(edition, profile, papersPerDigest), links, site))];
        queue = [.. Enumerable.Range(0, subscribers)
            .Select(i => (CreateSubscriber(i, papersPerDigest), new MessageIdentity(Mailing, i + 1, Morning)))];
    }

    /// <summary>Composes a message as delivery does.</summary>
    public Envelope Compose(int subscriber) =>
        composer.Compose(
            queue[subscriber].Identity, queue[subscriber].Subscriber, digests[subscriber % digests.Length]);

    /// <summary>Composes the same message individually, by rendering the templates and building a MIME tree.</summary>
    public Envelope ComposeIndividually(int subscriber) =>
        composer.ComposeIndividually(
            queue[subscriber].Identity, queue[subscriber].Subscriber, digests[subscriber % digests.Length]);

    private static FrozenPaper CreatePaper(PaperFactory papers, int number)
    {
        var paper = papers.Create(number);
        return new FrozenPaper
        {
            ArxivId = paper.ArxivId,
            Title = paper.Title,
            Abstract = paper.Abstract,
            Summary = Excerpt.AtSentence(paper.Abstract, 260),
            SummaryByAi = number % 2 == 0,
            Authors = paper.Authors,
            Keywords = paper.Keywords,
            Upvotes = paper.Upvotes,
            Comments = number,
            Stars = number % 3 == 0 ? 100 * number : null,
            CodeUrl = $"https://example.org/code/{number}",
        };
    }

    /// <summary>Up to eight papers that the profile follows, each with its reason, then the best of the rest.</summary>
    private static Digest SelectPapers(FrozenPaper[] edition, int profile, int papersPerDigest)
    {
        var random = new Random(profile);
        var followed = Enumerable.Range(0, Papers).OrderBy(_ => random.Next())
            .Take(1 + (profile % Math.Min(8, papersPerDigest))).Order().ToArray();
        return new Digest(Mailing, 42, Morning, Papers,
            [.. followed.Select(i => new SelectedPaper(i, edition[i], CreateReason(edition[i].Keywords[profile % 3])))],
            [.. Enumerable.Range(0, Papers).Except(followed).Take(papersPerDigest - followed.Length)
                .Select(i => new SelectedPaper(i, edition[i], null))],
            []);
    }

    private static MatchReason CreateReason(string keyword) =>
        new(new Interest { Kind = InterestKind.Keyword, Value = keyword, Key = keyword, Weight = Interest.Followed },
            MatchField.Keywords, keyword);

    private static Subscriber CreateSubscriber(int number, int papersPerDigest) => new()
    {
        Id = number + 1,
        Address = $"subscriber{number}@example.net",
        State = SubscriberState.Active,
        LinkEpoch = 0,
        CreatedAt = Morning,
        Preferences = new Preferences { Papers = papersPerDigest, TimeZone = Zones[number % Zones.Length] },
    };
}
