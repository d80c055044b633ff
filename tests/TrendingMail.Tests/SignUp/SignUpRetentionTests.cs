using System.Text;
using TrendingMail.SignUp;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

public abstract class SignUpRetentionTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private ErasedAddressStore Erased => new(TestKeys.Ring(1), Clock);

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
    public async Task AddressChangesAreDeletedAfterTheirRetentionPeriod()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await Database.WriteAsync(session =>
            AddressChanges.RequestAsync(session, ada.Id, Address("ada@example.net"), Web), Stop);
        Clock.Advance(TimeSpan.FromDays(59));
        Assert.Equal(0, (await SweepAsync()).AddressChanges);
        Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(1, (await SweepAsync()).AddressChanges);

        Assert.Empty(await AddressChanges.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task NothingIsDeletedWithoutARetentionPeriod()
    {
        var gone = await AddSubscriberAsync("gone@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        Clock.Advance(TimeSpan.FromDays(30_000));

        Assert.Equal(0, (await SweepAsync(new RetentionOptions
        {
            UnsubscribedDays = 0, AddressChangeDays = 0,
        })).Total);
    }

    private Task<SignUpRetentionReport> SweepAsync(RetentionOptions? options = null) => new SignUpRetention(
        Database, new ErasureFlow(Database, Erased, ConfirmationLimits), options ?? new RetentionOptions(), Clock)
        .DeleteExpiredAsync(Stop);
}

public sealed class SignUpRetentionOnSqlite() : SignUpRetentionTests(new SqliteFixture())
{
    [Fact]
    public async Task AnErasedAddressIsOverwrittenInTheDatabaseFile()
    {
        var ada = await AddSubscriberAsync("ada.quill@example.org");
        await Suppressions.AddAsync(
            Address("ada.quill@example.org"), SuppressionReason.Complaint, "from ada.quill@example.org", Stop);
        for (var i = 0; i < 50; i++)
        {
            await AddSubscriberAsync($"r{i}@example.org");
        }

        Assert.Contains("ada.quill", await ReadDatabaseFileAsync(), StringComparison.Ordinal);

        await new ErasureFlow(
            Database, new ErasedAddressStore(TestKeys.Ring(1), Clock), ConfirmationLimits).EraseAsync(ada.Id, Stop);

        Assert.DoesNotContain("ada.quill", await ReadDatabaseFileAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("ada.quill", await SnapshotAsync(), StringComparison.Ordinal);
    }

    /// <summary>The database file after a checkpoint of the write-ahead log.</summary>
    private async Task<string> ReadDatabaseFileAsync()
    {
        await Database.ReadAsync(session => session.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)"), Stop);
        await using var file = new FileStream(
            Database.Dialect.Location, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, Stop);
        return Encoding.Latin1.GetString(bytes.ToArray());
    }
}

public sealed class SignUpRetentionOnPostgreSql() : SignUpRetentionTests(new PostgreSqlFixture());
