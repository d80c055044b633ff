using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Actions;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.Inbound.DomainReports.Senders;
using TrendingMail.Inbound.Mailboxes;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound.Mailboxes;

/// <summary>Shared set-up for mailbox tests: the processor that receives the messages.</summary>
public abstract class MailboxTests() : StorageTests(new SqliteFixture())
{
    private readonly MailOptions mail = new();

    private readonly InboundOptions options = new();

    private OperatorAlerts Alerts => new MailTestServices(Database, Clock).Alerts;

    private InboundStore Store => new(options, Clock);

    private SubscriberResolver Resolver =>
        new(new ReturnPath(TestKeys.Ring(1), ""), new LinkSigner(TestKeys.Ring(1), Clock), mail);

    protected MailboxProcessor Processor => new(
        new InboundMessageHandler(Database, Store, Resolver,
            new BounceHandler(Store, Resolver, Subscribers, Alerts, options, Clock), SignUp,
            AddressPolicy, DomainReports, Alerts, options, new DigestOptions(),
            NullLogger<InboundMessageHandler>.Instance),
        NullLogger<MailboxProcessor>.Instance);

    private DomainReportStore ReportStore => new(new OwnDomains(mail), options, Clock);

    private DomainReportHandler DomainReports => new(
        ReportStore, new UnknownSenderAlerts(ReportStore, new OwnDomains(mail), Alerts, Store, options, Clock),
        new OwnDomains(mail), options, Clock, NullLogger<DomainReportHandler>.Instance);

    /// <summary>The path of one of the sample messages in the test project.</summary>
    protected static string MailFile(string name) => Path.Combine(Repository.Tests, "Inbound", "Mails", name);
}
