using TrendingMail.Storage;

namespace TrendingMail.Links;

/// <summary>
/// Keeps the keys in the database, shared by all nodes. Anyone who can read the database or a backup of it can forge
/// links.
/// </summary>
/// <param name="legacyFile">
/// The key file used before the installation moved to this database. Its keys are imported first, so that links in
/// mail already sent keep working.
/// </param>
public sealed class DatabaseKeyStore(Database database, TimeProvider clock, FileKeyStore? legacyFile = null)
    : KeyStore(clock)
{
    public override string Location => $"in {database.Dialect.Location}";

    public override IReadOnlyList<LinkKey> Read() =>
        RunSynchronously(() => database.ReadAsync(ReadAsync, CancellationToken.None));

    public override IReadOnlyList<LinkKey> ReadOrCreate()
    {
        if (Read() is { Count: > 0 } keys)
        {
            return keys;
        }

        var initialKeys = legacyFile?.Read() is { Count: > 0 } legacyKeys ? legacyKeys : [CreateNext([])];
        return RunSynchronously(() => database.WriteAsync(async session =>
        {
            // Check again inside the transaction: another node may have created the keys.
            var keys = await ReadAsync(session);
            return keys.Count > 0 ? keys : await InsertAsync(session, initialKeys);
        }, CancellationToken.None));
    }

    public override LinkKey Add() => RunSynchronously(() => database.WriteAsync(async session =>
    {
        var key = CreateNext(await ReadAsync(session));
        await InsertAsync(session, [key]);
        return key;
    }, CancellationToken.None));

    /// <summary>Copies another store's keys. Repeating it changes nothing.</summary>
    /// <exception cref="TrendingMailException">This store already holds different keys.</exception>
    public Task CopyFromAsync(KeyStore source, CancellationToken cancellationToken)
    {
        var sourceKeys = source.Read();
        return database.WriteAsync(async session =>
        {
            var keys = await ReadAsync(session);
            if (keys.Count == 0)
            {
                await InsertAsync(session, sourceKeys);
            }
            else if (!sourceKeys.All(
                key => keys.Any(
                    existing => existing.Id == key.Id && existing.Secret.AsSpan().SequenceEqual(key.Secret))))
            {
                throw new TrendingMailException(
                    $"The key ring {Location} holds different keys than {source.Location}. If the program was " +
                        "already started on this database, start over with an empty one; otherwise links in mail " +
                        "already sent stop working.");
            }
        }, cancellationToken);
    }

    private static async Task<IReadOnlyList<LinkKey>> InsertAsync(Session session, IReadOnlyList<LinkKey> keys)
    {
        foreach (var key in keys)
        {
            await session.ExecuteAsync(
                "INSERT INTO link_keys (id, secret, created_at) VALUES (@id, @secret, @CreatedAt)",
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
            return AreValid(keys) ? keys : throw new FormatException("no valid key");
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw CreateDamagedException(e);
        }
    }

    /// <summary>
    /// Runs a database call synchronously: links are signed and verified in synchronous code. Happens once a minute.
    /// </summary>
    private static T RunSynchronously<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();

    private sealed record Row
    {
        public required long Id { get; init; }

        public required string Secret { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }
    }
}
