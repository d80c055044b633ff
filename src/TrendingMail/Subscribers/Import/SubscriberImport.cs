using System.Threading.Channels;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>
/// Takes a list in, line by line, however long it is. It adds readers and takes opt-outs over; it never undoes an opt-out or a
/// suppression, never changes what a known reader chose, and never brings back who was erased. A batch is one transaction,
/// with how far it came, so that an import that was broken off goes on behind the last.
/// </summary>
/// <param name="askAsync">Queues the mail that asks a new reader to confirm; given the session, the reader and the event of the consent history.</param>
public sealed class SubscriberImport(
    Database database, ErasedAddresses erased, Func<Session, long, long, Task> askAsync, TimeProvider clock)
{
    private const int Batch = 10_000;

    /// <param name="rejected">Told each line that is not taken, in the order of the file.</param>
    /// <exception cref="TrendingMailException">The file is no list, or the database is out of reach.</exception>
    public async Task<ImportReport> RunAsync(
        ListFile file, ImportOptions options, Action<Rejection> rejected, IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken)
    {
        var tally = new ImportTally { Resumed = await DoneBeforeAsync(options, cancellationToken) };
        var seen = new SeenAddresses(options.DryRun);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var writer = new BulkWriter(database);
        var batches = Channel.CreateBounded<List<ListLine>>(2);
        var reading = Task.Run(() => ReadAsync(file, options, tally.Resumed, batches.Writer, ending.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancellationToken))
            {
                var rejections = await TakeAsync(writer, batch, options, tally, seen, cancellationToken);
                rejections.ForEach(rejected);
                progress?.Report(new ImportProgress(tally.Lines, batch[^1].Offset));
            }

            await reading;
        }
        finally
        {
            await ending.CancelAsync();
        }

        if (options is { DryRun: false, Fingerprint: not null })
        {
            await database.WriteAsync(session => session.ExecuteAsync(
                "DELETE FROM imports WHERE fingerprint = @Fingerprint", new { options.Fingerprint }), cancellationToken);
        }

        return tally.ToReport(file.Origin);
    }

    private static async Task ReadAsync(
        ListFile file, ImportOptions options, long skip, ChannelWriter<List<ListLine>> batches, CancellationToken cancellationToken)
    {
        try
        {
            var batch = new List<ListLine>(Batch);
            foreach (var line in file.Read(options.Defaults))
            {
                if (skip-- > 0)
                {
                    continue;
                }

                batch.Add(line);
                if (batch.Count == Batch)
                {
                    await batches.WriteAsync(batch, cancellationToken);
                    batch = new List<ListLine>(Batch);
                }
            }

            if (batch.Count > 0)
            {
                await batches.WriteAsync(batch, cancellationToken);
            }

            batches.Complete();
        }
        catch (Exception e)
        {
            // Whoever reads the channel learns of it.
            batches.Complete(e);
        }
    }

    private async Task<long> DoneBeforeAsync(ImportOptions options, CancellationToken cancellationToken) =>
        options is { DryRun: false, Fingerprint: not null }
            ? await database.ReadAsync(session => session.FirstOrDefaultAsync<long>(
                "SELECT lines FROM imports WHERE fingerprint = @Fingerprint", new { options.Fingerprint }), cancellationToken)
            : 0;

    private Task<List<Rejection>> TakeAsync(
        BulkWriter writer, List<ListLine> batch, ImportOptions options, ImportTally tally, SeenAddresses seen,
        CancellationToken cancellationToken)
    {
        async Task<List<Rejection>> Take(Session session)
        {
            // Counted apart, and added where the transaction has ended well.
            var rejections = new List<Rejection>();
            using var rows = await ImportRows.OpenAsync(session, erased, options, clock.GetUtcNow());
            var counts = new ImportTally();
            foreach (var line in batch)
            {
                counts.Lines++;
                if (line.Reader is not { } reader)
                {
                    counts.Rejected++;
                    rejections.Add(new Rejection(line.Number, null, line.Fault!));
                    continue;
                }

                var (action, ask) = seen.Add(reader.Address.Key) ? await rows.TakeAsync(reader) : (ImportAction.Known, null);
                counts.Count(action);
                if (ReasonOf(action) is { } reason)
                {
                    rejections.Add(new Rejection(line.Number, reader.Address.Masked, reason));
                }

                if (!options.DryRun)
                {
                    await FollowUpAsync(session, rows, reader, action, ask, counts);
                }
            }

            if (options is { DryRun: false, Fingerprint: not null })
            {
                await session.ExecuteAsync("""
                    INSERT INTO imports (fingerprint, name, lines, updated_at) VALUES (@Fingerprint, @Name, @lines, @now)
                    ON CONFLICT (fingerprint) DO UPDATE SET lines = excluded.lines, updated_at = excluded.updated_at
                    """, new
                {
                    options.Fingerprint, options.Name, lines = tally.Resumed + tally.Lines + counts.Lines, now = clock.GetUtcNow(),
                });
            }

            tally.Add(counts);
            return rejections;
        }

        return options.DryRun ? database.ReadAsync(Take, cancellationToken) : writer.WriteAsync(Take, cancellationToken);
    }

    private async Task FollowUpAsync(
        Session session, ImportRows rows, ListedReader reader, ImportAction action, (long Subscriber, long Event)? ask,
        ImportTally counts)
    {
        if (ask is var (subscriber, consent))
        {
            counts.Asked++;
            await askAsync(session, subscriber, consent);
        }

        if (reader.Suppression is { } suppression && action != ImportAction.Erased)
        {
            var at = suppression.SuppressedAt == DateTimeOffset.UnixEpoch ? clock.GetUtcNow() : suppression.SuppressedAt;
            counts.Suppressions += await SuppressionStore.AddAsync(
                session, reader.Address, suppression.Reason, suppression.Detail, null, at) ? 1 : 0;
            rows.NoteSuppression();
        }
    }

    private static string? ReasonOf(ImportAction action) => action switch
    {
        ImportAction.Left => "This reader has unsubscribed; only they can undo it.",
        ImportAction.Suppressed => "The address is suppressed; see 'suppressions list'.",
        ImportAction.Erased => "The reader of this address was erased and comes back only by subscribing.",
        _ => null,
    };
}
