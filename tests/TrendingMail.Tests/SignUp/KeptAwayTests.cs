using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;
using TrendingMail.Tests.Subscribers;

namespace TrendingMail.Tests.SignUp;

/// <summary>Addresses that get no mail, or whose readers were erased.</summary>
public abstract class KeptAwayTests(DatabaseFixture fixture) : SignUpStory(fixture)
{
    [Theory]
    [InlineData(SuppressionReason.HardBounce)]
    [InlineData(SuppressionReason.SoftBounces)]
    public async Task AReaderWhoseMailBouncedComesBackByConfirmingAnew(SuppressionReason reason)
    {
        await AddReaderAsync(Ada.Value);
        await Suppressions.AddAsync(Ada, reason, "no such mailbox", Stop);
        Clock.Advance(TimeSpan.FromDays(9));
        await RequestAsync();

        Assert.Equal(["welcome", "confirmation"], await MailsAsync());
        Assert.NotNull((await ReaderAsync()).Suppression);
        Assert.IsType<ConfirmResult.Confirmed>(await ConfirmAsync(Clock.GetUtcNow()));
        Assert.Equal((SubscriberState.Active, null), ((await ReaderAsync()).State, (await ReaderAsync()).Suppression));
    }

    [Theory]
    [InlineData(SuppressionReason.Complaint)]
    [InlineData(SuppressionReason.Operator)]
    public async Task AfterAComplaintNothingIsSentWhoeverAsks(SuppressionReason reason)
    {
        await Suppressions.AddAsync(Ada, reason, null, Stop);
        var before = await EverythingAsync();

        await RequestAsync();

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task AComplaintAfterTheRequestVoidsItsLink()
    {
        await RequestAsync();
        await Suppressions.AddAsync(Ada, SuppressionReason.Complaint, null, Stop);

        Assert.Contains("stopped", Assert.IsType<ConfirmResult.Refused>(await ConfirmAsync(Morning)).Reason, StringComparison.Ordinal);

        Assert.Equal(SubscriberState.Pending, (await ReaderAsync()).State);
    }

    [Fact]
    public async Task AComplaintIsRememberedOfWhoWasErased()
    {
        var erased = new ErasedAddresses(TestKeys.Ring(1), Clock);
        await Database.WriteAsync(session => erased.AddAsync(session, Ada.Key, complained: true), Stop);

        await RequestAsync();

        Assert.Equal(0, await CountAsync("subscribers"));
    }

    [Fact]
    public async Task WhoWasErasedComesBackByAConfirmedWishAndIsForgottenAsErased()
    {
        var erased = new ErasedAddresses(TestKeys.Ring(1), Clock);
        await Database.WriteAsync(session => erased.AddAsync(session, Ada.Key, complained: false), Stop);

        await RequestAsync();
        Assert.Equal(1, await CountAsync("erased"));
        await ConfirmAsync(Morning);

        Assert.Equal(0, await CountAsync("erased"));
    }

    [Fact]
    public async Task AGoodbyeDoesNotBringBackWhoComplained()
    {
        var reader = await AddReaderAsync(Ada.Value);
        await SignUp.UnsubscribeAsync(reader.Id, Web, Stop);
        await Suppressions.AddAsync(Ada, SuppressionReason.Complaint, null, Stop);

        Assert.IsType<ConfirmResult.Refused>(await ReturnAsync(Morning));
    }
}

public sealed class KeptAwayOnSqlite() : KeptAwayTests(new SqliteFixture());

public sealed class KeptAwayOnPostgreSql() : KeptAwayTests(new PostgreSqlFixture());
