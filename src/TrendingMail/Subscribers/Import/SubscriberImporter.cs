using System.Threading.Channels;
using TrendingMail.Storage;
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
    Database database, ErasedAddressStore erased, Func<Session, long, long, Task> requestConfirmationAsync, TimeProvider clock)
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

    /// <param name="onRejected">Called for each line that is not imported, in file order.</param>
    /// <exception cref="TrendingMailException">The file is not a list, or the database is unavailable.</exception>
    public async Task<ImportReport> RunAsync(
        ImportFile file, ImportOptions options, Action<RejectedLine> onRejected, IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken)
    {
        var tally = new ImportTally { Resumed = await FindResumePositionAsync(options, cancellationToken) };
        var seen = new SeenAddresses(options.DryRun);
        using var stopReading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var writer = new BulkWriter(database);
        var chunks = Channel.CreateBounded<List<ImportLine>>(BufferedChunks);
        var readTask = Task.Run(() => ReadAsync(file, options, tally.Resumed, chunks.Writer, stopReading.Token), CancellationToken.None);
        try
        {
            while (await chunks.Reader.WaitToReadAsync(cancellationToken))
            {
                var offset = 0L;
                var rejections = await ImportAsync(
                    writer, ReadAvailable(chunks.Reader, last => offset = last.Offset), options, tally, seen, cancellationToken);
                rejections.ForEach(onRejected);
                progress?.Report(new ImportProgress(tally.Lines, offset));
            }

            await readTask;
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

        return tally.ToReport(file.Origin);
    }

    private static async Task ReadAsync(
        ImportFile file, ImportOptions options, long skip, ChannelWriter<List<ImportLine>> chunks, CancellationToken cancellationToken)
    {
        try
        {
            var chunk = new List<ImportLine>(ChunkSize);
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

            if (chunk.Count > 0)
            {
                await chunks.WriteAsync(chunk, cancellationToken);
            }

            chunks.Complete();
        }
        catch (Exception e)
        {
            // Surfaces where the channel is read.
            chunks.Complete(e);
        }
    }

    /// <summary>
    /// The chunks of one transaction: all that can be read without waiting. A slow source ends the transaction, so that
    /// other writers are not blocked.
    /// </summary>
    private static IEnumerable<List<ImportLine>> ReadAvailable(ChannelReader<List<ImportLine>> chunks, Action<ImportLine> onRead)
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

    private Task<List<RejectedLine>> ImportAsync(
        BulkWriter writer, IEnumerable<List<ImportLine>> chunks, ImportOptions options, ImportTally tally, SeenAddresses seen,
        CancellationToken cancellationToken)
    {
        async Task<List<RejectedLine>> ImportBatchAsync(Session session)
        {
            // Counted separately, and added to the totals once the batch has succeeded.
            var rejections = new List<RejectedLine>();
            await using var rows = await ImportBatch.OpenAsync(session, erased, options, clock.GetUtcNow());
            var counts = new ImportTally();
            foreach (var group in chunks.Chunk(ChunksPerLookup))
            {
                await rows.PrefetchAsync(group.SelectMany(chunk => chunk));
                foreach (var line in group.SelectMany(chunk => chunk))
                {
                    if (await ImportAsync(session, rows, line, options, counts, seen) is { } rejectedLine)
                    {
                        rejections.Add(rejectedLine);
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
            return rejections;
        }

        return options.DryRun ? database.ReadAsync(ImportBatchAsync, cancellationToken) : writer.WriteAsync(ImportBatchAsync, cancellationToken);
    }

    /// <returns>Why the line is not imported; null if it is.</returns>
    private async Task<RejectedLine?> ImportAsync(
        Session session, ImportBatch batch, ImportLine line, ImportOptions options, ImportTally counts, SeenAddresses seen)
    {
        counts.Lines++;
        if (line.Subscriber is not { } reader)
        {
            counts.Rejected++;
            return new RejectedLine(line.Number, null, line.Error!);
        }

        var action = seen.Add(reader.Address.Key) ? await batch.ImportAsync(reader) : ImportAction.Unchanged;
        counts.Count(action);
        if (!options.DryRun && action != ImportAction.Erased && reader.Suppression is { } suppression)
        {
            var at = suppression.SuppressedAt == DateTimeOffset.UnixEpoch ? clock.GetUtcNow() : suppression.SuppressedAt;
            await batch.WaitUntilIdleAsync();
            counts.Suppressions += await SuppressionStore.AddAsync(
                session, reader.Address, suppression.Reason, suppression.Detail, null, at) ? 1 : 0;
            batch.TrackSuppression(reader.Address);
        }

        return GetRejectionReason(action) is { } reason ? new RejectedLine(line.Number, reader.Address.Masked, reason) : null;
    }

    /// <summary>
    /// Queues the confirmation requests and saves the position, after all rows of a batch are written.
    /// </summary>
    private async Task CompleteBatchAsync(Session session, ImportBatch batch, ImportOptions options, ImportTally tally, ImportTally counts)
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
