using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;
using TrendingMail.Tests.Subscribers;

namespace TrendingMail.Tests.SignUp;

public abstract class AddressChangeFlowTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly EmailAddress Old = Address("ada@example.org");

    private static readonly EmailAddress New = Address("Ada@example.net");

    private AddressChangeFlow Changes => new(Database, Subscribers, new SignUpBlocks(TestKeys.Ring(1), Clock),
        new ErasedAddresses(TestKeys.Ring(1), Clock), Ledger, Clock);

    [Fact]
    public async Task UntilItIsConfirmedAllStaysAsItIs()
    {
        var reader = await AddReaderAsync(Old.Value);

        await Changes.AskAsync(reader, New, Web, Stop);

        Assert.Equal(reader, await Subscribers.FindAsync(Old, Stop));
        Assert.Equal(["welcome", "move", "moving"], await MailsAsync());
    }

    [Fact]
    public async Task TheNewAddressConfirmsTheOldOneIsToldAndEveryOldLinkIsVoid()
    {
        var reader = await AskAsync(new Preferences { Papers = 33 });

        var moved = Assert.IsType<MoveResult.Moved>(await ConfirmAsync(reader));

        Assert.Equal("A…@example.net", moved.MaskedAddress);
        var now = (await Subscribers.FindAsync(reader.Id, Stop))!;
        Assert.Equal((New.Value, 1, 33, SubscriberState.Active), (now.Address, now.LinkEpoch, now.Preferences.Papers, now.State));
        Assert.Null(await Subscribers.FindAsync(Old, Stop));
        Assert.Equal(["welcome", "move", "moving", "welcome"], await MailsAsync());
        Assert.Equal([ConsentKind.Added, ConsentKind.Moved], await HistoryAsync(reader));
    }

    [Fact]
    public async Task ConfirmingTwiceChangesNothing()
    {
        var reader = await AskAsync();
        await ConfirmAsync(reader);
        var before = await EverythingAsync();

        Assert.IsType<MoveResult.Moved>(await ConfirmAsync(reader));

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task TheOldAddressCanTakeItBack()
    {
        var reader = await AskAsync();
        await ConfirmAsync(reader);

        Assert.IsType<MoveResult.Moved>(await TakeBackAsync(reader));
        var before = await EverythingAsync();
        Assert.IsType<MoveResult.Moved>(await TakeBackAsync(reader));

        Assert.Equal(before, await EverythingAsync());
        var now = (await Subscribers.FindAsync(Old, Stop))!;
        Assert.Equal((reader.Id, 2), (now.Id, now.LinkEpoch));
        Assert.Equal([ConsentKind.Added, ConsentKind.Moved, ConsentKind.Restored], await HistoryAsync(reader));
        Assert.IsType<MoveResult.Refused>(await ConfirmAsync(reader));
    }

    [Fact]
    public async Task TheOldAddressCanTakeItBackBeforeItIsConfirmedToo()
    {
        var reader = await AskAsync();

        Assert.IsType<MoveResult.Moved>(await TakeBackAsync(reader));

        var now = (await Subscribers.FindAsync(Old, Stop))!;
        Assert.Equal((reader.Id, 1), (now.Id, now.LinkEpoch));
        Assert.IsType<MoveResult.Refused>(await ConfirmAsync(reader));
        Assert.Equal(["welcome", "move", "moving", "welcome"], await MailsAsync());
    }

    [Theory]
    [InlineData(59, 1)]
    [InlineData(61, 2)]
    public async Task ANewAddressIsAskedAtMostOnceAnHour(int minutes, int mails)
    {
        var reader = await AskAsync();
        Clock.Advance(TimeSpan.FromMinutes(minutes));
        await Changes.AskAsync(reader, New, Web, Stop);

        Assert.Equal(mails, (await MailsAsync()).Count(kind => kind == "move"));
    }

    [Fact]
    public async Task AReaderAsksAtMostThreeTimesADay()
    {
        var reader = await AddReaderAsync(Old.Value);
        for (var i = 0; i < 10; i++)
        {
            await Changes.AskAsync(reader, Address($"victim{i}@example.net"), Web, Stop);
        }

        Assert.Equal(3, (await MailsAsync()).Count(kind => kind == "move"));
    }

    [Fact]
    public async Task AnAddressThatComplainedIsNotAsked()
    {
        var reader = await AddReaderAsync(Old.Value);
        await Suppressions.AddAsync(New, SuppressionReason.Complaint, null, Stop);

        await Changes.AskAsync(reader, New, Web, Stop);

        Assert.Equal(["welcome"], await MailsAsync());
    }

    [Fact]
    public async Task AnAddressWithASubscriptionOfItsOwnIsNotTaken()
    {
        var reader = await AskAsync();
        await AddReaderAsync(New.Value);
        var before = await EverythingAsync();

        Assert.Contains("subscription of its own", Assert.IsType<MoveResult.Refused>(await ConfirmAsync(reader)).Reason,
            StringComparison.Ordinal);

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task ARequestThatWasNeverConfirmedGivesWay()
    {
        var reader = await AskAsync();
        await SignUp.RequestAsync(New, new Preferences(), Web, Stop);

        Assert.IsType<MoveResult.Moved>(await ConfirmAsync(reader));

        Assert.Equal(reader.Id, (await Subscribers.FindAsync(New, Stop))!.Id);
    }

    [Fact]
    public async Task WhoLeftMeanwhileIsNotMoved()
    {
        var reader = await AskAsync();
        await SignUp.UnsubscribeAsync(reader.Id, Origin.Command, Stop);

        Assert.IsType<MoveResult.Refused>(await ConfirmAsync(reader));

        Assert.Equal(Old.Value, (await Subscribers.FindAsync(reader.Id, Stop))!.Address);
    }

    [Fact]
    public async Task AnotherReadersLinkDoesNotMoveThisOne()
    {
        var reader = await AskAsync();
        var other = await AddReaderAsync("bo@example.org");
        var change = Assert.Single(await Changes.ListAsync(reader.Id, Stop));

        Assert.IsType<MoveResult.Refused>(await Changes.ConfirmAsync(
            new LinkToken(LinkPurpose.Move, other.Id, 0, Morning, change.Id), Web, Stop));
    }

    private async Task<Subscriber> AskAsync(Preferences? preferences = null)
    {
        var reader = await AddReaderAsync(Old.Value, preferences);
        await Changes.AskAsync(reader, New, Web, Stop);
        return reader;
    }

    private async Task<MoveResult> ConfirmAsync(Subscriber reader) => await Changes.ConfirmAsync(
        new LinkToken(LinkPurpose.Move, reader.Id, 0, Morning, (await Changes.ListAsync(reader.Id, Stop))[0].Id), Web, Stop);

    private async Task<MoveResult> TakeBackAsync(Subscriber reader) => await Changes.TakeBackAsync(
        new LinkToken(LinkPurpose.MoveBack, reader.Id, 1, Morning, (await Changes.ListAsync(reader.Id, Stop))[0].Id), Web, Stop);

    private async Task<IEnumerable<ConsentKind>> HistoryAsync(Subscriber reader) =>
        (await Subscribers.ConsentHistoryAsync(reader.Id, Stop)).Select(e => e.Kind);

    private Task<IReadOnlyList<string>> MailsAsync() => Database.ReadAsync(session => session.QueryAsync<string>(
        "SELECT m.kind FROM deliveries d JOIN mailings m ON m.id = d.mailing_id ORDER BY d.id"), Stop);
}

public sealed class AddressChangeFlowOnSqlite() : AddressChangeFlowTests(new SqliteFixture());

public sealed class AddressChangeFlowOnPostgreSql() : AddressChangeFlowTests(new PostgreSqlFixture());
