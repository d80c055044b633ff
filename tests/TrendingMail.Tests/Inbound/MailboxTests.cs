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

    protected Intake Intake => new(
        new InboundDesk(Database, new InboundBook(options, Clock),
            new ReaderFinder(new ReturnPath(TestKeys.Ring(1), ""), new LinkSigner(TestKeys.Ring(1), Clock), mail), Subscribers, SignUp, Gate,
            new MailRoom(Database, Clock).Alerts, options, new DigestOptions(), mail, Clock, NullLogger<InboundDesk>.Instance),
        NullLogger<Intake>.Instance);

    /// <summary>The path of one of the mails that lie beside the tests.</summary>
    protected static string MailFile(string name) => Path.Combine(Repository.Tests, "Inbound", "Mails", name);
}
