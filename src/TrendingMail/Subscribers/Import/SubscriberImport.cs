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
    /// <summary>Lines that go from who reads to who writes at once: few, so that they are soon forgotten.</summary>
    private const int Chunk = 500;

    /// <summary>Chunks that wait; what has come in while a transaction was made durable goes into the next one.</summary>
    private const int Ahead = 20;

    /// <summary>Chunks of whose addresses is asked at once.</summary>
    private const int Group = 5;

    /// <summary>The most lines of one transaction.</summary>
    private const int Batch = 20_000;

    /// <summary>With so many readers to be asked a transaction ends, for their mails are queued one by one and others want to write.</summary>
    private const int MostAsked = 2_000;

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
        var chunks = Channel.CreateBounded<List<ListLine>>(Ahead);
        var reading = Task.Run(() => ReadAsync(file, options, tally.Resumed, chunks.Writer, ending.Token), CancellationToken.None);
        try
        {
            while (await chunks.Reader.WaitToReadAsync(cancellationToken))
            {
                var offset = 0L;
                var rejections = await TakeAsync(
                    writer, Ready(chunks.Reader, last => offset = last.Offset), options, tally, seen, cancellationToken);
                rejections.ForEach(rejected);
                progress?.Report(new ImportProgress(tally.Lines, offset));
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
        ListFile file, ImportOptions options, long skip, ChannelWriter<List<ListLine>> chunks, CancellationToken cancellationToken)
    {
        try
        {
            var chunk = new List<ListLine>(Chunk);
            foreach (var line in file.Read(options.Defaults))
            {
                if (skip-- > 0)
                {
                    continue;
                }

                chunk.Add(line);
                if (chunk.Count == Chunk)
                {
                    await chunks.WriteAsync(chunk, cancellationToken);
                    chunk = new List<ListLine>(Chunk);
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
            // Whoever reads the channel learns of it.
            chunks.Complete(e);
        }
    }

    /// <summary>
    /// The lines of a transaction: what is there to be read. It ends where the list keeps it waiting, for others want to write.
    /// </summary>
    private static IEnumerable<List<ListLine>> Ready(ChannelReader<List<ListLine>> chunks, Action<ListLine> taken)
    {
        for (var lines = 0; lines < Batch && chunks.TryRead(out var chunk); lines += chunk.Count)
        {
            yield return chunk;
            taken(chunk[^1]);
        }
    }

    private async Task<long> DoneBeforeAsync(ImportOptions options, CancellationToken cancellationToken) =>
        options is { DryRun: false, Fingerprint: not null }
            ? await database.ReadAsync(session => session.FirstOrDefaultAsync<long>(
                "SELECT lines FROM imports WHERE fingerprint = @Fingerprint", new { options.Fingerprint }), cancellationToken)
            : 0;

    private Task<List<Rejection>> TakeAsync(
        BulkWriter writer, IEnumerable<List<ListLine>> chunks, ImportOptions options, ImportTally tally, SeenAddresses seen,
        CancellationToken cancellationToken)
    {
        async Task<List<Rejection>> Take(Session session)
        {
            // Counted apart, and added where the transaction has ended well.
            var rejections = new List<Rejection>();
            await using var rows = await ImportRows.OpenAsync(session, erased, options, clock.GetUtcNow());
            var counts = new ImportTally();
            foreach (var group in chunks.Chunk(Group))
            {
                await rows.LookAheadAsync(group.SelectMany(chunk => chunk));
                foreach (var line in group.SelectMany(chunk => chunk))
                {
                    if (await TakeAsync(session, rows, line, options, counts, seen) is { } rejection)
                    {
                        rejections.Add(rejection);
                    }
                }

                if (rows.Asked.Count >= MostAsked)
                {
                    break;
                }
            }

            if (!options.DryRun)
            {
                await rows.FlushAsync();
                await EndAsync(session, rows, options, tally, counts);
            }

            tally.Add(counts);
            return rejections;
        }

        return options.DryRun ? database.ReadAsync(Take, cancellationToken) : writer.WriteAsync(Take, cancellationToken);
    }

    /// <returns>Why the line is not taken; null where it is.</returns>
    private async Task<Rejection?> TakeAsync(
        Session session, ImportRows rows, ListLine line, ImportOptions options, ImportTally counts, SeenAddresses seen)
    {
        counts.Lines++;
        if (line.Reader is not { } reader)
        {
            counts.Rejected++;
            return new Rejection(line.Number, null, line.Fault!);
        }

        var action = seen.Add(reader.Address.Key) ? await rows.TakeAsync(reader) : ImportAction.Known;
        counts.Count(action);
        if (!options.DryRun && action != ImportAction.Erased && reader.Suppression is { } suppression)
        {
            var at = suppression.SuppressedAt == DateTimeOffset.UnixEpoch ? clock.GetUtcNow() : suppression.SuppressedAt;
            await rows.SettleAsync();
            counts.Suppressions += await SuppressionStore.AddAsync(
                session, reader.Address, suppression.Reason, suppression.Detail, null, at) ? 1 : 0;
            rows.NoteSuppression(reader.Address);
        }

        return ReasonOf(action) is { } reason ? new Rejection(line.Number, reader.Address.Masked, reason) : null;
    }

    /// <summary>What follows when all rows of a transaction are there.</summary>
    private async Task EndAsync(Session session, ImportRows rows, ImportOptions options, ImportTally tally, ImportTally counts)
    {
        foreach (var (subscriber, consent) in rows.Asked)
        {
            counts.Asked++;
            await askAsync(session, subscriber, consent);
        }

        if (options.Fingerprint is not null)
        {
            await session.ExecuteAsync("""
                INSERT INTO imports (fingerprint, name, lines, updated_at) VALUES (@Fingerprint, @Name, @lines, @now)
                ON CONFLICT (fingerprint) DO UPDATE SET lines = excluded.lines, updated_at = excluded.updated_at
                """, new
            {
                options.Fingerprint, options.Name, lines = tally.Resumed + tally.Lines + counts.Lines, now = clock.GetUtcNow(),
            });
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
