using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Papers.Sample;
using TrendingMail.Papers.Sources;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Sources;

public abstract class PaperCollectorTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task AFailingSourceIsRecordedAndDoesNotAffectOthers()
    {
        var reports = await CreateCollector(FakeSource.Unreachable("Broken"), FakeSource.Listing(Today))
            .FetchAsync(Today, null, Stop);

        Assert.Equal(["Broken", "Scripted"], reports.Select(report => report.Source));
        Assert.Equal("it cannot be reached", reports[0].Fault);
        Assert.Equal((1, 1), (reports[1].Received, reports[1].Added));
        Assert.Null(reports[1].Fault);
        Assert.Equal(["Broken: it cannot be reached", "Scripted: "], await FetchesAsync());
        Assert.Single(await Papers.ListByDayAsync(Today, Stop));
    }

    [Fact]
    public async Task SkippedEntriesAreRecordedWithTheirReasons()
    {
        var source = new FakeSource(_ => new FetchResult([], ["entry 1: expected an object"]));

        var report = Assert.Single(await CreateCollector(source).FetchAsync(Today, null, Stop));

        Assert.Equal(["entry 1: expected an object"], report.Problems);
        Assert.Equal("""["entry 1: expected an object"]""", await Database.ReadAsync(
            session => session.SingleAsync<string>("SELECT problems FROM fetches"), Stop));
    }

    [Fact]
    public async Task ASourceWhoseEntriesAreUnreadableIsAtFault()
    {
        var source = new FakeSource(_ => new FetchResult(
            [TestPapers.Listed("2611.00001")], ["entry 2: no title", "entry 3: no title"]));

        var report = Assert.Single(await CreateCollector(source).FetchAsync(Today, null, Stop));

        Assert.Contains("2 of 3 entries were set aside", report.Fault, StringComparison.Ordinal);
        Assert.Equal(1, report.Added);
    }

    [Fact]
    public async Task AnEntryListedFarOffIsSetAsideWhereverItComesFrom()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("papers.json", $"[{TestPapers.Json("2611.00001")}]");
        var source = FakeSource.Listing(new DateOnly(2026, 11, 21));
        var far = new FakeSource(_ => new FetchResult(
            [.. new[] { "0001-01-01", "2026-09-30", "2026-11-25", "9999-12-31" }.Select((day, i) =>
                TestPapers.Listed($"2611.0000{i}", day: DateOnly.Parse(day, null)))], []));

        var report = Assert.Single(await CreateCollector(far).FetchAsync(Today, null, Stop));

        Assert.Equal((0, 4), (report.Received, report.Problems.Count));
        Assert.NotNull(report.Fault);
        foreach (var day in new[] { DateOnly.MinValue, new DateOnly(2031, 1, 1), DateOnly.MaxValue })
        {
            await Assert.ThrowsAsync<TrendingMailException>(() => CreateCollector(source).FetchAsync(day, null, Stop));
            await Assert.ThrowsAsync<TrendingMailException>(() => CreateCollector().ImportAsync(file, day, Stop));
        }

        Assert.Empty(source.RequestedDays);
        Assert.True(await Papers.IsEmptyAsync(Stop));
    }

    [Fact]
    public async Task OnlyTheNamedSourceIsFetched()
    {
        var other = FakeSource.Unreachable("Other");
        var wanted = FakeSource.Listing(Today);

        var reports = await CreateCollector(other, wanted).FetchAsync(Today, "scripted", Stop);

        Assert.Equal("Scripted", Assert.Single(reports).Source);
        Assert.Empty(other.RequestedDays);
        Assert.Empty(await CreateCollector(other, wanted).FetchAsync(Today, "nobody", Stop));
    }

    [Fact]
    public async Task UnexpectedExceptionsOfASourcePropagate()
    {
        var source = new FakeSource(_ => throw new InvalidOperationException("a defect"));

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => CreateCollector(source).FetchAsync(Today, null, Stop));
    }

    [Fact]
    public async Task AFileWithAnInvalidEntryIsImportedWithoutIt()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("2026-11-20.json", $"[7, {TestPapers.Json("2611.00001")}]");

        var report = await CreateCollector().ImportAsync(file, null, Stop);

        Assert.Equal((1, 1), (report.Received, report.Added));
        Assert.Single(report.Problems);
        Assert.Equal(new DateOnly(2026, 11, 20), (await Papers.FindByArxivIdAsync("2611.00001", Stop))!.ListedOn);
    }

    [Fact]
    public async Task TheSampleIsMarkedAsSampleAndListedOnTheGivenDay()
    {
        var report = await CreateCollector().ImportSampleAsync(Today, Stop);

        Assert.Empty(report.Problems);
        var papers = await Papers.ListByDayAsync(Today, Stop);
        Assert.True(papers.Count >= 10);
        Assert.Equal(report.Received, papers.Count);
        Assert.All(papers, paper => Assert.Equal(SamplePapers.Source, paper.Source));
    }

    private PaperCollector CreateCollector(params IPaperSource[] sources) =>
        new(sources, Papers, Clock, NullLogger<PaperCollector>.Instance);

    private Task<IReadOnlyList<string>> FetchesAsync() => Database.ReadAsync(session => session.QueryAsync<string>(
        "SELECT source || ': ' || COALESCE(fault, '') FROM fetches ORDER BY id"), Stop);
}

public sealed class PaperCollectorOnSqlite() : PaperCollectorTests(new SqliteFixture());

public sealed class PaperCollectorOnPostgreSql() : PaperCollectorTests(new PostgreSqlFixture());
