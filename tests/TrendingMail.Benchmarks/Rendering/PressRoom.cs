using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Benchmarks.Search;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Digests.Matching;
using TrendingMail.Editions;
using TrendingMail.Rendering;
using TrendingMail.Subscribers;

namespace TrendingMail.Benchmarks.Rendering;

/// <summary>An edition of sixty invented papers, choices of some of them, and a press with all that it needs.</summary>
internal sealed class PressRoom
{
    private const int Papers = 60;

    private static readonly DateTimeOffset Morning = new(2026, 11, 24, 7, 0, 0, TimeSpan.Zero);

    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"];

    private readonly DigestPress press;

    private readonly Digest[] digests;

    /// <summary>Readers and deliveries come from the ledger: what they cost is not the press's.</summary>
    private readonly (Subscriber Reader, ClaimedDelivery Delivery)[] queue;

    /// <param name="chosen">Papers of a digest.</param>
    /// <param name="keys">Selector, algorithm and PEM of the keys that sign.</param>
    public PressRoom(
        string templates, int profiles, int readers, int chosen, IEnumerable<(string Selector, DkimAlgorithm Algorithm, string Pem)> keys)
    {
        var site = new SiteOptions
        {
            Name = "Papers Daily",
            PublicUrl = new Uri("https://papers.example.org"),
            PostalAddress = "Papers Daily, 1 Harbour Lane, Exampleton",
            Contact = "help@papers.example.org",
        };
        var mail = new MailOptions
        {
            From = "digest@papers.example.org",
            ReplyTo = "answers@papers.example.org",
            BounceAddress = "bounces@papers.example.org",
        };
        var folder = Directory.CreateTempSubdirectory("trendingmail-render-").FullName;
        try
        {
            var ring = KeyRing.Open(Path.Combine(folder, "keys.json"), TimeProvider.System);
            var links = new ReaderLinks(new LinkSigner(ring, TimeProvider.System), site.BaseUrl);
            var signatures = new DkimSignatures([.. keys.Select(key =>
            {
                var file = Path.Combine(folder, key.Selector);
                File.WriteAllText(file, key.Pem);
                return new DkimOptions
                {
                    Domain = "papers.example.org", Selector = key.Selector, KeyFile = file, Algorithm = key.Algorithm,
                };
            })]);
            var files = new Templates(templates);
            press = new DigestPress(files, new DigestRenderer(new MailRenderer(files, site), site),
                new Postmark(mail, site, new ReturnPath(ring, mail.BounceAddress), links, signatures), links, site,
                NullLogger<DigestPress>.Instance);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        var papers = new PaperFactory(new Vocabulary(20_000, seed: 1), Papers);
        var edition = Enumerable.Range(0, Papers).Select(i => Frozen(papers, i)).ToArray();
        digests = [.. Enumerable.Range(0, profiles).Select(profile => Choose(edition, profile, chosen))];
        queue = [.. Enumerable.Range(0, readers).Select(i => (Reader(i, chosen), Delivery(i)))];
    }

    /// <summary>A reader's mail as delivery makes it.</summary>
    public Envelope Print(int reader) =>
        press.Print(digests[reader % digests.Length], queue[reader].Reader, queue[reader].Delivery);

    /// <summary>The same by a run of the templates and a MIME tree.</summary>
    public Envelope PrintWhole(int reader) =>
        press.PrintWhole(digests[reader % digests.Length], queue[reader].Reader, queue[reader].Delivery);

    private static FrozenPaper Frozen(PaperFactory papers, int number)
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

    /// <summary>Up to eight papers that this profile follows, each with its reason, then the best of the others.</summary>
    private static Digest Choose(FrozenPaper[] edition, int profile, int chosen)
    {
        var random = new Random(profile);
        var followed = Enumerable.Range(0, Papers).OrderBy(_ => random.Next()).Take(1 + (profile % Math.Min(8, chosen))).Order().ToArray();
        return new Digest(false, new DateOnly(2026, 11, 23), 42, Morning, Papers,
            [.. followed.Select(i => new ChosenPaper(i, edition[i], Reason(edition[i].Keywords[profile % 3])))],
            [.. Enumerable.Range(0, Papers).Except(followed).Take(chosen - followed.Length)
                .Select(i => new ChosenPaper(i, edition[i], null))],
            []);
    }

    private static MatchReason Reason(string keyword) =>
        new(new Interest { Kind = InterestKind.Keyword, Value = keyword, Key = keyword, Weight = Interest.Followed }, MatchField.Keywords, keyword);

    private static Subscriber Reader(int number, int chosen) => new()
    {
        Id = number + 1,
        Address = $"reader{number}@example.net",
        State = SubscriberState.Active,
        LinkEpoch = 0,
        CreatedAt = Morning,
        Preferences = new Preferences { Papers = chosen, TimeZone = Zones[number % Zones.Length] },
    };

    private static ClaimedDelivery Delivery(int number) => new()
    {
        Id = number + 1,
        Kind = MailingKind.Daily,
        Key = "2026-11-23",
        SubscriberId = number + 1,
        Attempts = 1,
        QueuedAt = Morning,
        ExpiresAt = Morning.AddDays(1),
    };
}
