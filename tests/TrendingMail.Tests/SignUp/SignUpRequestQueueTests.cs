using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

public abstract class SignUpRequestQueueTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly EmailAddress Ada = Address("ada@example.org");

    private SignUpRequestQueue Requests => new(Database, SignUp, AddressChanges, Clock);

    [Fact]
    public async Task ARequestIsOneRowUntilItIsProcessed()
    {
        await Requests.EnqueueAsync(
            Ada, new Preferences { TimeZone = "Asia/Tokyo", Frequency = Frequency.Weekly }, Web, Stop);

        Assert.Equal(1, await CountAsync("sign_up_requests"));
        Assert.Equal(0, await CountAsync("subscribers"));
        Assert.Equal(1, await Requests.ProcessAsync(Stop));
        Assert.Equal(0, await CountAsync("sign_up_requests"));
        var subscriber = (await Subscribers.FindAsync(Ada, Stop))!;
        Assert.Equal((SubscriberState.Pending, "Asia/Tokyo", Frequency.Weekly),
            (subscriber.State, subscriber.Preferences.TimeZone, subscriber.Preferences.Frequency));
        var asked = Assert.Single(await Subscribers.ListConsentEventsAsync(subscriber.Id, Stop));
        Assert.Equal(("web", "203.0.113.0/24"), (asked.Origin, asked.Network));
    }

    [Fact]
    public async Task ARequestToChangeAnAddressIsOneRowUntilItIsProcessed()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);

        await Requests.EnqueueAsync(subscriber, Address("ada@example.net"), Web, Stop);

        Assert.Equal((1, 0), (await CountAsync("sign_up_requests"), await CountAsync("address_changes")));
        await Requests.ProcessAsync(Stop);
        Assert.Equal((0, 1), (await CountAsync("sign_up_requests"), await CountAsync("address_changes")));
    }

    [Fact]
    public async Task ARequestOfAnErasedSubscriberIsDeleted()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);
        await Requests.EnqueueAsync(subscriber, Address("ada@example.net"), Web, Stop);

        await Database.WriteAsync(session => SubscriberStore.EraseAsync(session, subscriber.Id), Stop);

        Assert.Equal(0, await CountAsync("sign_up_requests"));
    }

    [Fact]
    public async Task ConcurrentWorkersProcessEachRequestOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            await Requests.EnqueueAsync(Address($"reader{i}@example.org"), new Preferences(), Web, Stop);
        }

        var processed = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => Task.Run(() => Requests.ProcessAsync(Stop))));

        Assert.Equal(5, processed.Sum());
        Assert.Equal(5, await CountAsync("deliveries"));
    }

    [Fact]
    public async Task ARequestForAnExistingSubscriberChangesNothing()
    {
        await AddSubscriberAsync(Ada.Value);
        var before = await Subscribers.FindAsync(Ada, Stop);

        await Requests.EnqueueAsync(Ada, new Preferences { Papers = 1 }, Web, Stop);
        await Requests.ProcessAsync(Stop);

        Assert.Equal(before, await Subscribers.FindAsync(Ada, Stop));
    }
}

public sealed class SignUpRequestQueueOnSqlite() : SignUpRequestQueueTests(new SqliteFixture());

public sealed class SignUpRequestQueueOnPostgreSql() : SignUpRequestQueueTests(new PostgreSqlFixture());
