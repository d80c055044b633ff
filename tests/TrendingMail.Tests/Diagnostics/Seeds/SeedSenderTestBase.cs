using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Digests;
using TrendingMail.Storage;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Diagnostics.Seeds;

/// <summary>Sends digests to two seed mailboxes, which nobody can read.</summary>
public abstract class SeedSenderTestBase(DatabaseFixture fixture) : StorageTests(fixture)
{
    protected DeliverabilityOptions Deliverability { get; set; } = new()
    {
        Seeds =
        [
            new SeedOptions { Address = "Seed@Mail.Example", Provider = "Example Mail", Host = "127.0.0.1", Port = 1 },
            new SeedOptions { Address = "seed@other.example", Host = "127.0.0.1", Port = 1 },
        ],
    };

    protected TransportKind Transport { get; set; } = TransportKind.Smtp;

    protected SeedStore Store => new(Database, Delivery, Clock);

    /// <summary>Publishes an edition, and begins a mailing of it.</summary>
    protected async Task PlanAsync(bool weekly)
    {
        if (await Editions.FindAsync(Today, Stop) is null)
        {
            await PublishAsync(Today, TestPapers.Listed("2611.00001"), TestPapers.Listed("2611.00002", upvotes: 3));
        }

        var subscriber = await AddSubscriberAsync($"{(weekly ? "ada" : "ben")}@example.net");
        await Database.WriteAsync(session => DeliveryQueue.EnqueueAsync(
            session, Digest.MailingFor(weekly, Today), subscriber.Id), Stop);
    }

    protected Task EnqueueAsync() => Sender(ScriptedTransport.AcceptingAll(), Database).EnqueueAsync(Stop);

    protected Task RunAsync(IMailTransport transport) => RunAsync(transport, Database);

    protected Task RunAsync(IMailTransport transport, Database node) => Monitor(transport, node).RunAsync(Stop);

    protected SeedMonitor Monitor(IMailTransport transport, Database? node = null) => new(
        new SeedStore(node ?? Database, Delivery, Clock), Sender(transport, node ?? Database), Alerts(node ?? Database),
        Deliverability, Clock, NullLogger<SeedMonitor>.Instance);

    protected SeedSender Sender(IMailTransport transport, Database node)
    {
        var mail = new MailTestServices(node, Clock);
        return new SeedSender(
            new SeedStore(node, Delivery, Clock), new SeedComposer(mail.Selector, mail.Digests, DigestOptions),
            new DirectSender(
                transport, new DomainThrottleStore(node, Clock), mail.Alerts, Delivery, Clock,
                NullLogger<DirectSender>.Instance),
            Alerts(node), new DeliveryHistory(node), Deliverability, new MailOptions { Transport = Transport },
            Delivery, Clock, NullLogger<SeedSender>.Instance);
    }

    protected SeedAlerts Alerts(Database node) => new(new MailTestServices(node, Clock).Alerts);

    protected Task<IReadOnlyList<SeedMessage>> ListAsync() => Store.ListAsync(Morning.AddDays(-1), Stop);

    protected Task<IReadOnlyList<string>> AlertsAsync() => Database.ReadAsync(
        session => session.QueryAsync<string>("SELECT subject FROM alerts ORDER BY subject"), Stop);
}
