using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Actions;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.Inbound.DomainReports.Senders;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Messages.Dkim;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound.Actions;

/// <summary>
/// Shared set-up for tests of the message handler: the handler, a subscriber with one delivery, and inbound messages.
/// </summary>
public abstract class InboundHandlerTestBase(DatabaseFixture fixture) : StorageTests(fixture)
{
    protected const string Ada = "ada.lund@shop.example";

    private MailOptions Mail =>
        new() { From = "digest@papers.example.org", BounceAddress = BounceAddress, Dkim = [.. Keys] };

    /// <summary>The DKIM keys that are configured.</summary>
    private protected IReadOnlyList<DkimOptions> Keys { get; set; } = [];

    private protected string BounceAddress { get; set; } = "bounces@papers.example.org";

    private protected InboundOptions Options { get; set; } = new() { AuthservId = "mx.papers.example.org" };

    protected ReturnPath ReturnPaths => new(TestKeys.Ring(1), BounceAddress);

    protected LinkSigner Signer => new(TestKeys.Ring(1), Clock);

    protected OperatorAlerts Alerts => new MailTestServices(Database, Clock).Alerts;

    protected InboundStore Store => new(Options, Clock);

    private SubscriberResolver Resolver => new(ReturnPaths, Signer, Mail);

    private BounceHandler Bounces => new(Store, Resolver, Subscribers, Alerts, Options, Clock);

    protected InboundMessageHandler Handler => new(
        Database, Store, Resolver, Bounces, SignUp, AddressPolicy, DomainReports, Alerts, Options, new DigestOptions(),
        NullLogger<InboundMessageHandler>.Instance);

    private OwnDomains OwnDomains => new(Mail);

    private DomainReportStore ReportStore => new(OwnDomains, Options, Clock);

    private DomainReportHandler DomainReports => new(
        ReportStore, new UnknownSenderAlerts(ReportStore, OwnDomains, Alerts, Store, Options, Clock), OwnDomains,
        Options, Clock, NullLogger<DomainReportHandler>.Instance);

    protected DomainReportOverview Overview => new(Database, Options, Clock);

    protected SmtpRejectionProcessor RejectionProcessor => new(Database, Store, Bounces);

    protected static string Bounce(
        string to, string diagnostic, string status, string action = "failed", string reported = Ada) => $"""
        From: MAILER-DAEMON@relay.example
        To: {to}
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <{diagnostic.Length}.{diagnostic.GetHashCode(StringComparison.Ordinal)}@relay.example>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary=cut

        --cut
        Content-Type: text/plain

        <{reported}>: host in.shop.example said: {diagnostic} (in reply to RCPT TO command)

        --cut
        Content-Type: message/delivery-status

        Reporting-MTA: dns; relay.example

        Final-Recipient: rfc822; {reported}
        Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; {diagnostic}

        --cut--
        """;

    protected static string SnsBounce(string feedback, string source) => $$$"""
        From: AWS Notifications <no-reply@sns.amazonaws.com>
        To: bounces@papers.example.org
        Subject: AWS Notification Message
        Message-ID: <{{{feedback}}}@sns.example>

        {"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"NoEmail","feedbackId":"{{{feedback}}}",
         "bouncedRecipients":[{"emailAddress":"{{{Ada}}}"}]},"mail":{"source":"{{{source}}}"}}

        --
        If you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe.
        """;

    protected static string Complaint(string returnedHeader, string type) => $"""
        From: feedback@mail.example
        To: abuse@papers.example.org
        Message-ID: <complaint@mail.example>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary=cut

        --cut
        Content-Type: message/feedback-report

        Feedback-Type: {type}
        Version: 1

        --cut
        Content-Type: message/rfc822

        {returnedHeader}
        From: digest@papers.example.org
        Subject: Papers

        One paper.
        --cut--
        """;

    protected static string AuthenticatedFor(string domain) => $"mx.papers.example.org; dkim=pass header.d={domain}";

    protected static string Request(string from, string subject, string results = "") => $"""
        {(results.Length > 0 ? $"Authentication-Results: {results}" : "X-Nothing: here")}
        From: Someone <{from}>
        To: digest@papers.example.org
        Subject: {subject}
        Message-ID: <{subject.Length}{subject[0]}{results.Length}.{from}>

        .
        """;

    protected string Token(Subscriber subscriber) =>
        Signer.Sign(new LinkToken(LinkPurpose.Unsubscribe, subscriber.Id, subscriber.LinkEpoch, Clock.GetUtcNow()));

    protected Task<InboundResult> HandleAsync(string mail) =>
        Handler.HandleAsync(Classifier.Classify(Encoding.UTF8.GetBytes(mail)), "test", Stop);

    /// <summary>Adds a subscriber with one sent delivery.</summary>
    protected async Task<(Subscriber Subscriber, long Delivery)> AddSubscriberWithDeliveryAsync()
    {
        var subscriber = await AddSubscriberAsync(Ada);
        var id = await Database.ReadAsync(session => session.SingleAsync<long>("SELECT id FROM deliveries"), Stop);
        await MarkSentAsync(id);
        return (subscriber, id);
    }

    protected Task<int> MarkSentAsync(long delivery) => Database.WriteAsync(session => session.ExecuteAsync(
        "UPDATE deliveries SET state = 'sent', ended_at = @now WHERE id = @delivery",
        new { delivery, now = Clock.GetUtcNow() }), Stop);

    protected Task<int> MarkFailedAsync(long delivery, string reply) =>
        Database.WriteAsync(session => session.ExecuteAsync("""
        UPDATE deliveries SET state = 'failed', reply = @reply, ended_at = @now WHERE id = @delivery;
        INSERT INTO delivery_events (delivery_id, at, kind, detail) VALUES (@delivery, @now, 'failed', @reply)
        """, new { delivery, reply, now = Clock.GetUtcNow() }), Stop);
}
