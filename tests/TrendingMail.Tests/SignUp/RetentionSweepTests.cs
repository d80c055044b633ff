using System.Text;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;
using TrendingMail.Tests.Subscribers;

namespace TrendingMail.Tests.SignUp;

public abstract class RetentionSweepTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private ErasedAddresses Erased => new(TestKeys.Ring(1), Clock);

    [Fact]
    public async Task WhoNeverConfirmedIsForgottenAndWhoAskedAgainIsNot()
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
    public async Task WhoLeftLongAgoIsErasedAndWhoReadsIsKept()
    {
        var gone = await AddReaderAsync("gone@example.org");
        await AddReaderAsync("ada@example.org");
        Clock.Advance(TimeSpan.FromDays(2000));
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        Clock.Advance(TimeSpan.FromDays(1094));
        Assert.Equal(0, (await SweepAsync()).Left);
        Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(1, (await SweepAsync()).Left);

        Assert.NotNull(await Subscribers.FindAsync(Address("ada@example.org"), Stop));
        Assert.NotNull(await Database.ReadAsync(session => Erased.FindAsync(session, "gone@example.org"), Stop));
        Assert.DoesNotContain("gone@", await EverythingAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NetworksAndOpinionsAreForgottenInTheirTime()
    {
        var ada = await AddReaderAsync("ada@example.org");
        await Database.WriteAsync(async session =>
        {
            await Subscribers.RecordConsentAsync(session, ada.Id, ConsentKind.Reminded, Web);
            await Feedback.SayAsync(session, ada.Id, 1, FeedbackKind.More, [Interest.Of(InterestKind.Topic, "speech")!]);
        }, Stop);
        Clock.Advance(TimeSpan.FromDays(179));
        Assert.Equal(0, (await SweepAsync()).Total);
        Clock.Advance(TimeSpan.FromDays(2));

        var report = await SweepAsync();

        Assert.Equal((1, 0), (report.Networks, report.Feedback));
        Assert.All(await Subscribers.ConsentHistoryAsync(ada.Id, Stop), e => Assert.Null(e.Network));
        Clock.Advance(TimeSpan.FromDays(200));
        Assert.Equal(1, (await SweepAsync()).Feedback);
        Assert.Single(await Interests.ListAsync(ada.Id, Stop));
        Assert.Equal(0, (await SweepAsync()).Total);
    }

    [Fact]
    public async Task WhatIsKeptForEverIsKept()
    {
        var gone = await AddReaderAsync("gone@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        Clock.Advance(TimeSpan.FromDays(30_000));

        Assert.Equal(0, (await SweepAsync(new RetentionOptions
        {
            PendingDays = 0, LeftDays = 0, NetworkDays = 0, FeedbackDays = 0, AddressChangeDays = 0,
        })).Total);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    [InlineData(29, false)]
    [InlineData(30, true)]
    [InlineData(40_000, false)]
    public void ATimeThatIsTooShortOrTooLongIsRefused(int days, bool isTaken) =>
        Assert.Equal(isTaken, !new RetentionOptions { AddressChangeDays = days }.Faults().Any());

    [Fact]
    public void TheDefaultsAreInOrder() => Assert.Empty(new RetentionOptions().Faults());

    private Task<RetentionReport> SweepAsync(RetentionOptions? options = null) => new RetentionSweep(
        Database, new ErasureFlow(Database, Erased), options ?? new RetentionOptions(), Clock).RunAsync(Stop);
}

public sealed class RetentionSweepOnSqlite() : RetentionSweepTests(new SqliteFixture())
{
    [Fact]
    public async Task AnErasedAddressIsInNoPageOfTheDatabasesFile()
    {
        var ada = await AddReaderAsync("ada.quill@example.org");
        await Suppressions.AddAsync(Address("ada.quill@example.org"), SuppressionReason.Complaint, "from ada.quill@example.org", Stop);
        for (var i = 0; i < 50; i++)
        {
            await AddReaderAsync($"r{i}@example.org");
        }

        Assert.Contains("ada.quill", await BytesAsync(), StringComparison.Ordinal);

        await new ErasureFlow(Database, new ErasedAddresses(TestKeys.Ring(1), Clock)).EraseAsync(ada.Id, Stop);

        Assert.DoesNotContain("ada.quill", await BytesAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("ada.quill", await EverythingAsync(), StringComparison.Ordinal);
    }

    /// <summary>The file as it is when the write-ahead log has been written into it.</summary>
    private async Task<string> BytesAsync()
    {
        await Database.ReadAsync(session => session.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)"), Stop);
        await using var file = new FileStream(Database.Dialect.Location, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, Stop);
        return Encoding.Latin1.GetString(bytes.ToArray());
    }
}
