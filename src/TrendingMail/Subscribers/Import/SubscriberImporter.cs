using System.Threading.Channels;
using TrendingMail.Storage;
using TrendingMail.Storage.Writing;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Import.Files;
using TrendingMail.Subscribers.Import.Lines;
using TrendingMail.Subscribers.Import.Persistence;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Subscribers.Import;

/// <summary>
/// Imports a subscriber list as a stream. It adds subscribers and opt-outs; it never undoes an opt-out or a
/// suppression, never changes an existing subscriber's preferences, and never re-adds an erased subscriber. Each batch
/// is one transaction and saves its position, so that an interrupted import resumes after the last complete batch.
/// </summary>
/// <param name="requestConfirmationAsync">
/// Queues the confirmation request to a new subscriber, given the session, the subscriber's id and the id of the
/// consent event.
/// </param>
public sealed class SubscriberImporter(
    Database database, ImportStoreFactory createStore, ErasedAddressStore erased,
    Func<Session, long, long, Task> requestConfirmationAsync, TimeProvider clock)
{
    /// <summary>Lines passed from the reading to the writing task at once; few, to keep them short-lived.</summary>
    private const int ChunkSize = 500;

    /// <summary>Chunks buffered while a transaction commits; they go into the next one.</summary>
    private const int BufferedChunks = 20;

    /// <summary>Chunks whose addresses are looked up at once.</summary>
    private const int ChunksPerLookup = 5;

    /// <summary>The maximum number of lines in one transaction.</summary>
    private const int MaximumBatchLines = 20_000;

    /// <summary>
    /// A transaction ends after this many confirmation requests: they are queued one by one, and other writers wait.
    /// </summary>
    private const int MaximumBatchConfirmations = 2_000;

    /// <param name="onProblem">Called for each line that is not imported, or only in part, in file order.</param>
    /// <exception cref="TrendingMailException">
    /// The file is not a list, or is damaged at its first line; or the database is unavailable.
    /// </exception>
    public async Task<ImportReport> RunAsync(
        ImportFile file, ImportOptions options, Action<LineProblem> onProblem, IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken)
    {
        var tally = new ImportTally { Resumed = await FindResumePositionAsync(options, cancellationToken) };
        var dryRun = options.DryRun ? new DryRunState() : null;
        string? fault = null;
        using var stopReading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var writer = new BulkWriter(database);
        var chunks = Channel.CreateBounded<List<ImportLine>>(BufferedChunks);
        var readTask = Task.Run(
            () => ReadAsync(file, options, tally.Resumed, chunks.Writer, stopReading.Token), CancellationToken.None);
        try
        {
            while (await chunks.Reader.WaitToReadAsync(cancellationToken))
            {
                var offset = 0L;
                var problems = await ImportAsync(
                    writer, ReadAvailable(chunks.Reader, last => offset = last.Offset), options, tally,
                    dryRun, cancellationToken);
                problems.ForEach(onProblem);
                progress?.Report(new ImportProgress(tally.Lines, offset));
            }

            fault = await readTask;
        }
        finally
        {
            await stopReading.CancelAsync();
        }

        if (options is { DryRun: false, Fingerprint: not null })
        {
            await database.WriteAsync(
                session => ImportPositionStore.DeleteAsync(session, options.Fingerprint), cancellationToken);
        }

        return fault is not null && tally.Lines + tally.Resumed == 0
            ? throw new TrendingMailException(fault)
            : tally.ToReport(file.Origin) with { UnusedColumns = file.UnusedColumns, Fault = fault };
    }

    /// <returns>Why the rest of the file cannot be read; null if it was read to its end.</returns>
    private static async Task<string?> ReadAsync(
        ImportFile file, ImportOptions options, long skip, ChannelWriter<List<ImportLine>> chunks,
        CancellationToken cancellationToken)
    {
        string? fault = null;
        var chunk = new List<ImportLine>(ChunkSize);
        try
        {
            foreach (var line in file.Read(options.Defaults))
            {
                if (skip-- > 0)
                {
                    continue;
                }

                chunk.Add(line);
                if (chunk.Count == ChunkSize)
                {
                    await chunks.WriteAsync(chunk, cancellationToken);
                    chunk = new List<ImportLine>(ChunkSize);
                }
            }

        }
        catch (TrendingMailException e)
        {
            // The file is damaged from here on; the lines before are imported.
            fault = e.Message;
        }
        catch (Exception e)
        {
            // Surfaces where the channel is read.
            chunks.Complete(e);
            return null;
        }

        if (chunk.Count > 0)
        {
            await chunks.WriteAsync(chunk, cancellationToken);
        }

        chunks.Complete();
        return fault;
    }

    /// <summary>
    /// The chunks of one transaction: all that can be read without waiting. A slow source ends the transaction, so that
    /// other writers are not blocked.
    /// </summary>
    private static IEnumerable<List<ImportLine>> ReadAvailable(
        ChannelReader<List<ImportLine>> chunks, Action<ImportLine> onRead)
    {
        for (var lines = 0; lines < MaximumBatchLines && chunks.TryRead(out var chunk); lines += chunk.Count)
        {
            yield return chunk;
            onRead(chunk[^1]);
        }
    }

    private async Task<long> FindResumePositionAsync(ImportOptions options, CancellationToken cancellationToken) =>
        options is { DryRun: false, Fingerprint: not null }
            ? await database.ReadAsync(
                session => ImportPositionStore.FindAsync(session, options.Fingerprint), cancellationToken)
            : 0;

    private Task<List<LineProblem>> ImportAsync(
        BulkWriter writer, IEnumerable<List<ImportLine>> chunks, ImportOptions options, ImportTally tally,
        DryRunState? dryRun,
        CancellationToken cancellationToken)
    {
        async Task<List<LineProblem>> ImportBatchAsync(Session session)
        {
            // Counted separately, and added to the totals once the batch has succeeded.
            var problems = new List<LineProblem>();
            await using var rows = await ImportBatch.OpenAsync(
                session, createStore(session, erased), options, clock.GetUtcNow(), dryRun);
            var counts = new ImportTally();
            foreach (var group in chunks.Chunk(ChunksPerLookup))
            {
                await rows.PrefetchAsync(group.SelectMany(chunk => chunk));
                foreach (var line in group.SelectMany(chunk => chunk))
                {
                    if (await ImportAsync(session, rows, line, options, counts, dryRun) is { } problem)
                    {
                        problems.Add(problem);
                    }
                }

                if (rows.PendingConfirmations.Count >= MaximumBatchConfirmations)
                {
                    break;
                }
            }

            if (!options.DryRun)
            {
                await rows.FlushAsync();
                await CompleteBatchAsync(session, rows, options, tally, counts);
            }

            tally.Add(counts);
            return problems;
        }

        return options.DryRun ? database.ReadAsync(ImportBatchAsync, cancellationToken)
            : writer.WriteAsync(ImportBatchAsync, cancellationToken);
    }

    /// <returns>Why the line is not imported, or only in part; null if it is imported in full.</returns>
    private async Task<LineProblem?> ImportAsync(
        Session session, ImportBatch batch, ImportLine line, ImportOptions options, ImportTally counts,
        DryRunState? dryRun)
    {
        counts.Lines++;
        if (line.Subscriber is not { } subscriber)
        {
            counts.Rejected++;
            return new LineProblem(line.Number, null, line.Error!);
        }

        var action = await batch.ImportAsync(subscriber);
        counts.Count(action);
        if (dryRun is not null && action == ImportAction.Add &&
            ImportDecision.NeedsConfirmation(subscriber, ImportDecision.RequestedState(subscriber, options.Confirmed)))
        {
            counts.ConfirmationsRequested++;
        }

        if (action != ImportAction.Erased && subscriber.Suppression is { } suppression)
        {
            counts.Suppressions += await SuppressAsync(session, batch, subscriber.Address, suppression, dryRun) ? 1 : 0;
        }

        if (GetRejectionReason(action) is { } reason)
        {
            return new LineProblem(line.Number, subscriber.Address.Masked, reason);
        }

        if (line.Notes.Count == 0)
        {
            return null;
        }

        counts.Incomplete++;
        return new LineProblem(line.Number, subscriber.Address.Masked, string.Join(' ', line.Notes), IsImported: true);
    }

    /// <returns>Whether anything changed, or in a dry run would change.</returns>
    private async Task<bool> SuppressAsync(
        Session session, ImportBatch batch, EmailAddress address, Suppression suppression, DryRunState? dryRun)
    {
        await batch.WaitUntilIdleAsync();
        if (dryRun is not null)
        {
            return dryRun.Suppress(
                address, suppression.Reason, (await SuppressionStore.FindAsync(session, address.Key))?.Reason);
        }

        var at = suppression.SuppressedAt == DateTimeOffset.UnixEpoch ? clock.GetUtcNow() : suppression.SuppressedAt;
        var isChanged = await SuppressionStore.AddAsync(
            session, address, suppression.Reason, suppression.Detail, null, at);
        batch.TrackSuppression(address);
        return isChanged;
    }

    /// <summary>
    /// Queues the confirmation requests and saves the position, after all rows of a batch are written.
    /// </summary>
    private async Task CompleteBatchAsync(
        Session session, ImportBatch batch, ImportOptions options, ImportTally tally, ImportTally counts)
    {
        foreach (var (subscriber, consent) in batch.PendingConfirmations)
        {
            counts.ConfirmationsRequested++;
            await requestConfirmationAsync(session, subscriber, consent);
        }

        if (options.Fingerprint is not null)
        {
            await ImportPositionStore.SaveAsync(session, options.Fingerprint, options.Name,
                tally.Resumed + tally.Lines + counts.Lines, clock.GetUtcNow());
        }
    }

    private static string? GetRejectionReason(ImportAction action) => action switch
    {
        ImportAction.Unsubscribed => "This subscriber has unsubscribed; only they can subscribe again.",
        ImportAction.Suppressed => "The address is suppressed; see 'suppressions list'.",
        ImportAction.Erased => "This subscriber was erased; only they can subscribe again.",
        _ => null,
    };
}
