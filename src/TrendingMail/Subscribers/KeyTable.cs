using TrendingMail.Storage;

namespace TrendingMail.Subscribers;

/// <summary>
/// Keys in the database, where all nodes find them; so whoever can read the database, or a backup of it, can make links.
/// </summary>
/// <param name="formerly">
/// The file in which they lay before the installation moved to this database: the first keys are taken from it, so that the links
/// in mails that were sent work on.
/// </param>
public sealed class KeyTable(Database database, TimeProvider clock, KeyFile? formerly = null) : KeyStore(clock)
{
    public override string Place => $"in {database.Dialect.Location}";

    public override IReadOnlyList<LinkKey> Read() => Wait(() => database.ReadAsync(ReadAsync, CancellationToken.None));

    public override IReadOnlyList<LinkKey> ReadOrMake()
    {
        if (Read() is { Count: > 0 } keys)
        {
            return keys;
        }

        var first = formerly?.Read() is { Count: > 0 } moved ? moved : [Next([])];
        return Wait(() => database.WriteAsync(async session =>
        {
            // Asked again inside the transaction: another node may have been faster.
            var keys = await ReadAsync(session);
            return keys.Count > 0 ? keys : await WriteAsync(session, first);
        }, CancellationToken.None));
    }

    public override LinkKey Add() => Wait(() => database.WriteAsync(async session =>
    {
        var key = Next(await ReadAsync(session));
        await WriteAsync(session, [key]);
        return key;
    }, CancellationToken.None));

    /// <summary>Takes over another store's keys; to do so again changes nothing.</summary>
    /// <exception cref="TrendingMailException">There are other keys already.</exception>
    public Task TakeOverAsync(KeyStore other, CancellationToken cancellationToken)
    {
        var taken = other.Read();
        return database.WriteAsync(async session =>
        {
            var keys = await ReadAsync(session);
            if (keys.Count == 0)
            {
                await WriteAsync(session, taken);
            }
            else if (!taken.All(key => keys.Any(own => own.Id == key.Id && own.Secret.AsSpan().SequenceEqual(key.Secret))))
            {
                throw new TrendingMailException($"The key ring {Place} has other keys than {other.Place}: was the program started " +
                    "on it before? Begin anew with an empty database, or no link in a mail that was sent can be read.");
            }
        }, cancellationToken);
    }

    private static async Task<IReadOnlyList<LinkKey>> WriteAsync(Session session, IReadOnlyList<LinkKey> keys)
    {
        foreach (var key in keys)
        {
            await session.ExecuteAsync("INSERT INTO link_keys (id, secret, created_at) VALUES (@id, @secret, @CreatedAt)",
                new { id = (long)key.Id, secret = Convert.ToBase64String(key.Secret), key.CreatedAt });
        }

        return keys;
    }

    private async Task<IReadOnlyList<LinkKey>> ReadAsync(Session session)
    {
        var rows = await session.QueryAsync<Row>("SELECT id, secret, created_at FROM link_keys ORDER BY id");
        try
        {
            LinkKey[] keys = [.. rows.Select(row =>
                new LinkKey(checked((ushort)row.Id), row.CreatedAt, Convert.FromBase64String(row.Secret)))];
            return IsUsable(keys) ? keys : throw new FormatException("no usable key");
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw Damaged(e);
        }
    }

    /// <summary>Links are signed and read in the midst of other work, which cannot wait otherwise; it comes to that once a minute.</summary>
    private static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();

    private sealed record Row
    {
        public required long Id { get; init; }

        public required string Secret { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }
    }
}
