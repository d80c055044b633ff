using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

/// <summary>Suppressed and erased addresses.</summary>
public abstract class SuppressedAddressTests(DatabaseFixture fixture) : SignUpScenario(fixture)
{
    [Theory]
    [InlineData(SuppressionReason.HardBounce)]
    [InlineData(SuppressionReason.SoftBounces)]
    public async Task ASubscriberWhoseMailBouncedCanConfirmAgain(SuppressionReason reason)
    {
        await AddSubscriberAsync(Ada.Value);
        await Suppressions.AddAsync(Ada, reason, "no such mailbox", Stop);
        Clock.Advance(TimeSpan.FromDays(9));
        await RequestAsync();

        Assert.Equal(["welcome", "confirmation"], await MailsAsync());
        Assert.NotNull((await FindSubscriberAsync()).Suppression);
        Assert.IsType<ConfirmResult.Confirmed>(await ConfirmAsync(Clock.GetUtcNow()));
        Assert.Equal((SubscriberState.Active, null),
            ((await FindSubscriberAsync()).State, (await FindSubscriberAsync()).Suppression));
    }

    [Theory]
    [InlineData(SuppressionReason.Complaint)]
    [InlineData(SuppressionReason.Operator)]
    public async Task NothingIsSentAfterAComplaint(SuppressionReason reason)
    {
        await Suppressions.AddAsync(Ada, reason, null, Stop);
        var before = await SnapshotAsync();

        await RequestAsync();

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task AComplaintAfterTheRequestInvalidatesItsLink()
    {
        await RequestAsync();
        await Suppressions.AddAsync(Ada, SuppressionReason.Complaint, null, Stop);

        Assert.Contains("stopped", Assert.IsType<ConfirmResult.Rejected>(await ConfirmAsync(Morning)).Reason,
            StringComparison.Ordinal);

        Assert.Equal(SubscriberState.Pending, (await FindSubscriberAsync()).State);
    }

    [Fact]
    public async Task AComplaintIsRememberedAfterErasure()
    {
        var erased = new ErasedAddressStore(TestKeys.Ring(1), Clock);
        await Database.WriteAsync(session => erased.AddAsync(session, Ada.Key, complained: true), Stop);

        await RequestAsync();

        Assert.Equal(0, await CountAsync("subscribers"));
    }

    [Fact]
    public async Task AConfirmedRequestRemovesTheErasureRecord()
    {
        var erased = new ErasedAddressStore(TestKeys.Ring(1), Clock);
        await Database.WriteAsync(session => erased.AddAsync(session, Ada.Key, complained: false), Stop);

        await RequestAsync();
        Assert.Equal(1, await CountAsync("erased_addresses"));
        await ConfirmAsync(Morning);

        Assert.Equal(0, await CountAsync("erased_addresses"));
    }

    [Fact]
    public async Task UndoingAnUnsubscriptionIsRejectedAfterAComplaint()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);
        await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);
        await Suppressions.AddAsync(Ada, SuppressionReason.Complaint, null, Stop);

        Assert.IsType<ConfirmResult.Rejected>(await UndoUnsubscribeAsync(Morning));
    }
}

public sealed class SuppressedAddressOnSqlite() : SuppressedAddressTests(new SqliteFixture());

public sealed class SuppressedAddressOnPostgreSql() : SuppressedAddressTests(new PostgreSqlFixture());
