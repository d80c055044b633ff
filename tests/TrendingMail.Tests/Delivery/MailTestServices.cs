using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Digests;
using TrendingMail.Digests.Selection;
using TrendingMail.Editions;
using TrendingMail.Editions.Forecasting;
using TrendingMail.Editions.Publishing;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Messages.Dkim;
using TrendingMail.Papers;
using TrendingMail.SignUp;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;
using TrendingMail.Tests.Links;

namespace TrendingMail.Tests.Delivery;

/// <summary>The services that compose mail, with the repository's templates and fixed keys.</summary>
public sealed class MailTestServices(
    Database database, TimeProvider clock, SiteOptions? ownSite = null, MailOptions? ownMail = null)
{
    private readonly SiteOptions site = ownSite ?? new SiteOptions
    {
        Name = "Papers Daily",
        PublicUrl = new Uri("https://papers.example.org"),
        PostalAddress = "Papers Daily, 1 Harbour Lane, Exampleton",
        Contact = "help@papers.example.org",
    };

    private readonly MailOptions mail = ownMail ?? new MailOptions
    {
        From = "digest@papers.example.org",
        ReplyTo = "answers@papers.example.org",
        BounceAddress = "bounces@papers.example.org",
    };

    /// <summary>Parsed once for all tests.</summary>
    public static readonly TemplateLibrary TemplateLibrary = new(Repository.Templates);

    private readonly KeyRing keys = TestKeys.Ring(1);

    public LinkSigner Signer => new(keys, clock);

    public SubscriberLinks Links => new(Signer, site.BaseUrl);

    public static Language Language(string tag) => TemplateLibrary.FindLanguage(tag);

    public DigestSelector Selector => new(
        new EditionStore(database, clock), new PaperStore(database, clock), new InterestStore(database),
        new DeliveryHistory(database));

    public MessageComposer Messages => new(
        TemplateLibrary, mail, site, new ReturnPath(keys, mail.BounceAddress), Links, new DkimSignatures(mail.Dkim),
        NullLogger<MessageComposer>.Instance);

    public DigestComposer Digests => new(Selector, Messages, Links, site);

    public NoticeComposer Notices =>
        new(
            database, new SubscriberStore(database, clock), new SignUpBlocklist(keys, clock),
            new EditionForecast(
                new EditionStore(database, clock), new PaperStore(database, clock), EligibilityPolicy.For([]), [],
                new DigestOptions(), clock),
            new DeliveryHistory(database), Messages, Links, site);

    public OperatorAlerts Alerts => new(database, Messages, clock, NullLogger<OperatorAlerts>.Instance, WarmUps);

    /// <summary>The limits that alerts count to; null for none.</summary>
    public WarmUpLimiter? WarmUps { get; init; }
}
