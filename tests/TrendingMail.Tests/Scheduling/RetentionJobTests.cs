using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Queue.Dialects;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Inbound;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.Messages;
using TrendingMail.Scheduling;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Scheduling;

public sealed class RetentionJobTests() : StorageTests(new SqliteFixture())
{
    private RetentionJob Job => new(
        new SubscriberRetention(Database, new RetentionOptions(), Clock),
        new SignUpRetention(
            Database, new ErasureFlow(Database, new ErasedAddressStore(TestKeys.Ring(1), Clock), ConfirmationLimits),
            new RetentionOptions(), Clock),
        new DeliveryRetention(Database, Engine<IQueueDialect>(), Delivery, Clock),
        new InboundRetention(Database, new InboundOptions(), Clock),
        new DomainReportRetention(Database, new InboundOptions(), Clock),
        Seeds,
        NullLogger<RetentionJob>.Instance);

    /// <summary>Only its retention is used, which needs neither a sender nor mailboxes.</summary>
    private SeedMonitor Seeds => new(
        new SeedStore(Database, Delivery, Clock), null!, null!, new DeliverabilityOptions(), Clock,
        NullLogger<SeedMonitor>.Instance);

    [Fact]
    public async Task EachFeatureDeletesItsOwn()
    {
        await AddExpiredDataAsync();

        await Job.Execute(null!, Stop);

        Assert.Equal((0, 0, 0), (await CountAsync("subscribers"), await CountAsync("inbound_messages"),
            await CountAsync("seed_messages")));
    }

    [Fact]
    public async Task AFaultInOneFeatureDoesNotKeepTheDataOfTheOthers()
    {
        await AddExpiredDataAsync();
        await Database.WriteAsync(session => session.ExecuteAsync("DROP TABLE feedback"), Stop);

        var fault = await Assert.ThrowsAsync<AggregateException>(async () => await Job.Execute(null!, Stop));

        Assert.Single(fault.InnerExceptions);
        Assert.Equal(0, await CountAsync("inbound_messages"));
    }

    /// <summary>
    /// A sign-up that was never confirmed, with its delivery, an inbound message and a seed message, all long ago.
    /// </summary>
    private async Task AddExpiredDataAsync()
    {
        await SignUp.RequestAsync(Address("ada@example.org"), new Preferences(), Web, Stop);
        await Database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO inbound_messages (content_hash, source, kind, received_at)
            VALUES ('hash', 'mailbox', 'other', @now)
            """, new { now = Clock.GetUtcNow() }), Stop);
        await new SeedStore(Database, Delivery, Clock).EnqueueAsync(
            new Mailing.Daily(Today), "seed@mail.example", "Example Mail", Stop);
        Clock.Advance(TimeSpan.FromDays(1000));
    }
}
