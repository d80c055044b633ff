using TrendingMail.Editions;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

public abstract class SubscriberServiceTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private SubscriberService Service => new(Database, Subscribers, SignUp,
        new ErasureFlow(Database, new ErasedAddressStore(TestKeys.Ring(1), Clock), ConfirmationLimits),
        new DigestOptions { Papers = 12 }, Clock);

    [Fact]
    public async Task AnAddedSubscriberGetsTheDefaultPreferences()
    {
        var added = await Service.AddAsync(Address("ada@example.org"), isConfirmed: true, ConsentOrigin.Command, Stop);

        var subscriber = Assert.IsType<AddResult.Added>(added).Subscriber;
        Assert.Equal((SubscriberState.Active, 12), (subscriber.State, subscriber.Preferences.Papers));
    }

    [Fact]
    public async Task AnAddedSubscriberIsAskedToConfirmUnlessTheOperatorVouches()
    {
        var added = await Service.AddAsync(Address("ada@example.org"), isConfirmed: false, ConsentOrigin.Command, Stop);

        Assert.Equal(SubscriberState.Pending, Assert.IsType<AddResult.Added>(added).Subscriber.State);
        Assert.Equal(1, await CountAsync("deliveries"));
    }

    [Fact]
    public async Task AnAddressWhoseMailWasStoppedIsNotAdded()
    {
        await Suppressions.AddAsync(Address("ada@example.org"), SuppressionReason.Operator, null, Stop);

        Assert.IsType<AddResult.Blocked>(
            await Service.AddAsync(Address("ada@example.org"), isConfirmed: false, ConsentOrigin.Command, Stop));
    }

    [Fact]
    public async Task APauseLastsTwoWeeksByDefault()
    {
        await AddSubscriberAsync("ada@example.org");

        var paused = Assert.IsType<PauseResult.Rescheduled>(
            await Service.PauseAsync(Address("ada@example.org"), null, Stop));
        Assert.Equal(Today.AddDays(14), paused.Subscriber.PausedUntil);
        var resumed = Assert.IsType<PauseResult.Rescheduled>(
            await Service.ResumeAsync(Address("ada@example.org"), Stop));
        Assert.Equal((SubscriberState.Active, null), (resumed.Subscriber.State, resumed.Subscriber.PausedUntil));
    }

    [Fact]
    public async Task OnlyCurrentSubscribersArePaused()
    {
        await Service.AddAsync(Address("ada@example.org"), isConfirmed: false, ConsentOrigin.Command, Stop);
        var before = await SnapshotAsync();

        Assert.IsType<PauseResult.NotSubscribed>(await Service.PauseAsync(Address("ada@example.org"), null, Stop));
        Assert.IsType<PauseResult.Unknown>(await Service.PauseAsync(Address("bo@example.org"), null, Stop));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task RevokingLinksIsRecordedAndNewLinksAreMailed()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        var deliveries = await CountAsync("deliveries");

        await Service.RevokeLinksAsync(Address("ada@example.org"), ConsentOrigin.Command, Stop);

        Assert.Equal(ada.LinkEpoch + 1, (await Subscribers.FindAsync(ada.Id, Stop))!.LinkEpoch);
        var last = (await Subscribers.ListConsentEventsAsync(ada.Id, Stop))[^1];
        Assert.Equal((ConsentKind.Reminded, "command"), (last.Kind, last.Origin));
        Assert.Equal(deliveries + 1, await CountAsync("deliveries"));
    }

    [Fact]
    public async Task AnUnknownAddressChangesNothing()
    {
        var before = await SnapshotAsync();

        Assert.Null(await Service.FindAsync(Address("ada@example.org"), Stop));
        Assert.Null(await Service.UnsubscribeAsync(Address("ada@example.org"), ConsentOrigin.Command, Stop));
        Assert.Null(await Service.RevokeLinksAsync(Address("ada@example.org"), ConsentOrigin.Command, Stop));
        Assert.False(await Service.EraseAsync(Address("ada@example.org"), Stop));

        Assert.Equal(before, await SnapshotAsync());
    }
}

public sealed class SubscriberServiceOnSqlite() : SubscriberServiceTests(new SqliteFixture());

public sealed class SubscriberServiceOnPostgreSql() : SubscriberServiceTests(new PostgreSqlFixture());
