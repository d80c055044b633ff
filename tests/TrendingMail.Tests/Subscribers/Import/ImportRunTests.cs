using System.IO.Pipelines;
using System.Text;
using TrendingMail.Subscribers.Import;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Import;

public abstract class ImportRunTests(DatabaseFixture fixture) : SubscriberImporterTestBase(fixture)
{
    [Fact]
    public async Task ADryRunReportsTheSameAndChangesNothing()
    {
        await AddSubscriberAsync("known@example.org");
        await Suppressions.AddAsync(Address("soft@example.org"), SuppressionReason.SoftBounces, null, Stop);
        await Suppressions.AddAsync(Address("hard@example.org"), SuppressionReason.HardBounce, null, Stop);
        const string List = """
            email,state,suppression,papers
            a@example.org,,,
            known@example.org,,,99
            A@example.org,,,
            nobody,,,
            b@example.org,,complaint,
            b@example.org,,hard_bounce,
            c@example.org,pending,,
            c@example.org,active,,
            a@example.org,unsubscribed,,
            a@example.org,active,,
            soft@example.org,,hard_bounce,
            hard@example.org,,soft_bounces,
            d@example.org,pending,,
            """;
        var before = await SnapshotAsync();

        var dry = await ImportAsync(List, dryRun: true);
        Assert.Equal(before, await SnapshotAsync());
        var problemsOfDryRun = Problems.ToArray();
        Problems.Clear();
        var done = await ImportAsync(List);

        Assert.Equal(dry.Actions, done.Actions);
        Assert.Equal((dry.Lines, dry.Rejected, dry.Incomplete), (done.Lines, done.Rejected, done.Incomplete));
        Assert.Equal((dry.Suppressions, dry.ConfirmationsRequested), (done.Suppressions, done.ConfirmationsRequested));
        Assert.Equal(problemsOfDryRun, Problems);
        Assert.Equal((2, 2, 1), (done.Suppressions, done.ConfirmationsRequested, done.Incomplete));
    }

    [Fact]
    public async Task WhatStandsBeforeADamagedLineIsImportedAndTheRestIsNot()
    {
        await AddSubscriberAsync("cy@example.org");

        var report = await ImportAsync("""
            email,name,state
            ada@example.org,Ada,
            bo@example.org,"Bo,unsubscribed
            cy@example.org,Cy,active
            """, fingerprint: "a");

        Assert.Equal((1, 1, false), (report.Lines, report.Actions[ImportAction.Add], report.IsSuccess));
        Assert.StartsWith("Line 3 opens a quote", report.Fault, StringComparison.Ordinal);
        Assert.Null(await Subscribers.FindAsync(Address("bo@example.org"), Stop));
        Assert.Equal(0, await CountAsync("imports"));
    }

    [Theory]
    [InlineData("email,papers\nada@example.org,3\n", true)]
    [InlineData("email,papers\nada@example.org,99\nnobody,3\n", true)]
    [InlineData("email,papers\nnobody,3\nnowhere,3\n", false)]
    public async Task AListOfWhichNoLineIsValidFails(string list, bool isSuccess) =>
        Assert.Equal(isSuccess, (await ImportAsync(list)).IsSuccess);

    [Fact]
    public async Task AnInterruptedImportResumesAfterTheLastBatch()
    {
        var list = "email\n" + string.Concat(Enumerable.Range(0, 25_000).Select(i => $"r{i}@example.org\n"));
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImportAsync(
            list, fingerprint: "a",
            progress: new SynchronousProgress<ImportProgress>(_ => stop.Cancel()), stop: stop.Token));
        var done = await CountAsync("subscribers");
        Assert.InRange(done, 1, 24_999);
        var report = await ImportAsync(list, fingerprint: "a");

        Assert.Equal((done, 25_000 - done), (report.Resumed, report.Lines));
        Assert.Equal(25_000 - done, report.Actions[ImportAction.Add]);
        Assert.Equal(25_000, await CountAsync("subscribers"));
        Assert.Equal(0, await CountAsync("imports"));
        Assert.Equal(25_000, (await ImportAsync(list, fingerprint: "a")).Actions[ImportAction.Unchanged]);
    }

    [Fact]
    public async Task TransactionsEndAfterALimitedNumberOfConfirmationRequests()
    {
        var ends = new List<long> { 0 };

        await ImportAsync("email\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"r{i}@example.org\n")),
            confirmed: false, progress: new SynchronousProgress<ImportProgress>(progress => ends.Add(progress.Lines)));

        Assert.All(ends.Zip(ends.Skip(1)),
            transaction => Assert.InRange(transaction.Second - transaction.First, 1, 4_500));
        Assert.Equal(20_000, ConfirmationRequests.Count);
    }

    [Fact]
    public async Task OthersCanWriteWhileTheImportWaitsForInput()
    {
        var firstBatchDone = new TaskCompletionSource();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(
            "email\n" + string.Concat(Enumerable.Range(0, 2_000).Select(i => $"r{i}@example.org\n"))), Stop);
        var import = ImportAsync(pipe.Reader.AsStream(),
            progress: new SynchronousProgress<ImportProgress>(_ => firstBatchDone.TrySetResult()));

        await firstBatchDone.Task.WaitAsync(Stop);
        await AddSubscriberAsync("meanwhile@example.org");
        await pipe.Writer.WriteAsync("late@example.org\n"u8.ToArray(), Stop);
        await pipe.Writer.CompleteAsync();

        Assert.Equal(2_001, (await import).Actions[ImportAction.Add]);
    }
}

public sealed class ImportRunOnSqlite() : ImportRunTests(new SqliteFixture());

public sealed class ImportRunOnPostgreSql() : ImportRunTests(new PostgreSqlFixture());
