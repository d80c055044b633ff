using System.Text;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

public abstract class RetentionSweepTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private ErasedAddressStore Erased => new(TestKeys.Ring(1), Clock);

    [Fact]
    public async Task UnconfirmedRequestsExpireUnlessRepeated()
    {
        await SignUp.RequestAsync(Address("ada@example.org"), new Preferences(), Web, Stop);
        await SignUp.RequestAsync(Address("bo@example.org"), new Preferences(), Web, Stop);
        Clock.Advance(TimeSpan.FromDays(20));
        await SignUp.RequestAsync(Address("bo@example.org"), new Preferences(), Web, Stop);
        Clock.Advance(TimeSpan.FromDays(11));

        Assert.Equal(1, (await SweepAsync()).Pending);

        Assert.Null(await Subscribers.FindAsync(Address("ada@example.org"), Stop));
        Assert.NotNull(await Subscribers.FindAsync(Address("bo@example.org"), Stop));
    }

    [Fact]
    public async Task LongUnsubscribedAddressesAreErasedAndSubscribersAreKept()
    {
        var gone = await AddSubscriberAsync("gone@example.org");
        await AddSubscriberAsync("ada@example.org");
        Clock.Advance(TimeSpan.FromDays(2000));
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        Clock.Advance(TimeSpan.FromDays(1094));
        Assert.Equal(0, (await SweepAsync()).Unsubscribed);
        Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(1, (await SweepAsync()).Unsubscribed);

        Assert.NotNull(await Subscribers.FindAsync(Address("ada@example.org"), Stop));
        Assert.NotNull(await Database.ReadAsync(session => Erased.FindAsync(session, "gone@example.org"), Stop));
        Assert.DoesNotContain("gone@", await SnapshotAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NetworksAndFeedbackAreDeletedAfterTheirRetentionPeriod()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await Database.WriteAsync(async session =>
        {
            await Subscribers.RecordConsentAsync(session, ada.Id, ConsentKind.Reminded, Web);
            await Feedback.RecordAsync(session, ada.Id, 1, FeedbackKind.More, [Interest.Create(InterestKind.Topic, "speech")!]);
        }, Stop);
        Clock.Advance(TimeSpan.FromDays(179));
        Assert.Equal(0, (await SweepAsync()).Total);
        Clock.Advance(TimeSpan.FromDays(2));

        var report = await SweepAsync();

        Assert.Equal((1, 0), (report.Networks, report.Feedback));
        Assert.All(await Subscribers.ListConsentEventsAsync(ada.Id, Stop), e => Assert.Null(e.Network));
        Clock.Advance(TimeSpan.FromDays(200));
        Assert.Equal(1, (await SweepAsync()).Feedback);
        Assert.Single(await Interests.ListAsync(ada.Id, Stop));
        Assert.Equal(0, (await SweepAsync()).Total);
    }

    [Fact]
    public async Task NothingIsDeletedWithoutARetentionPeriod()
    {
        var gone = await AddSubscriberAsync("gone@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        Clock.Advance(TimeSpan.FromDays(30_000));

        Assert.Equal(0, (await SweepAsync(new RetentionOptions
        {
            PendingDays = 0, UnsubscribedDays = 0, ConsentNetworkDays = 0, FeedbackDays = 0, AddressChangeDays = 0,
        })).Total);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    [InlineData(29, false)]
    [InlineData(30, true)]
    [InlineData(40_000, false)]
    public void APeriodThatIsTooShortOrTooLongIsRejected(int days, bool isValid) =>
        Assert.Equal(isValid, !new RetentionOptions { AddressChangeDays = days }.Validate().Any());

    [Fact]
    public void TheDefaultsAreValid() => Assert.Empty(new RetentionOptions().Validate());

    private Task<RetentionReport> SweepAsync(RetentionOptions? options = null) => new RetentionSweep(
        Database, new ErasureFlow(Database, Erased), options ?? new RetentionOptions(), Clock).RunAsync(Stop);
}

public sealed class RetentionSweepOnSqlite() : RetentionSweepTests(new SqliteFixture())
{
    [Fact]
    public async Task AnErasedAddressIsOverwrittenInTheDatabaseFile()
    {
        var ada = await AddSubscriberAsync("ada.quill@example.org");
        await Suppressions.AddAsync(Address("ada.quill@example.org"), SuppressionReason.Complaint, "from ada.quill@example.org", Stop);
        for (var i = 0; i < 50; i++)
        {
            await AddSubscriberAsync($"r{i}@example.org");
        }

        Assert.Contains("ada.quill", await ReadDatabaseFileAsync(), StringComparison.Ordinal);

        await new ErasureFlow(Database, new ErasedAddressStore(TestKeys.Ring(1), Clock)).EraseAsync(ada.Id, Stop);

        Assert.DoesNotContain("ada.quill", await ReadDatabaseFileAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("ada.quill", await SnapshotAsync(), StringComparison.Ordinal);
    }

    /// <summary>The database file after a checkpoint of the write-ahead log.</summary>
    private async Task<string> ReadDatabaseFileAsync()
    {
        await Database.ReadAsync(session => session.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)"), Stop);
        await using var file = new FileStream(Database.Dialect.Location, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, Stop);
        return Encoding.Latin1.GetString(bytes.ToArray());
    }
}
