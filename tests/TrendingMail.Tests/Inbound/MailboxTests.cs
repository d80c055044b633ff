using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Mailboxes;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Storage;
using TrendingMail.Tests.Subscribers;

namespace TrendingMail.Tests.Inbound;

/// <summary>What tests of mailboxes share: where the mails go that are read.</summary>
public abstract class MailboxTests() : StorageTests(new SqliteFixture())
{
    private readonly MailOptions mail = new();

    private readonly InboundOptions options = new();

    private OperatorAlerts Alerts => new MailRoom(Database, Clock).Alerts;

    private InboundBook Book => new(options, Clock);

    private ReaderFinder Readers => new(new ReturnPath(TestKeys.Ring(1), ""), new LinkSigner(TestKeys.Ring(1), Clock), mail);

    protected Intake Intake => new(
        new InboundDesk(Database, Book, Readers, new ReportDesk(Book, Readers, Subscribers, Alerts, options, mail, Clock), SignUp,
            Gate, Alerts, options, new DigestOptions(), NullLogger<InboundDesk>.Instance),
        NullLogger<Intake>.Instance);

    /// <summary>The path of one of the mails that lie beside the tests.</summary>
    protected static string MailFile(string name) => Path.Combine(Repository.Tests, "Inbound", "Mails", name);
}
