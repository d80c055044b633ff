using System.Data.Common;

namespace TrendingMail.Storage;

/// <summary>
/// One connection that stays open, set for transactions that write very many rows. For one user at a time.
/// </summary>
public sealed class BulkWriter(Database database) : IAsyncDisposable
{
    private DbConnection? connection;

    /// <summary>Runs work in one transaction that is durable when this returns, or undone where it throws.</summary>
    /// <exception cref="TrendingMailException">The database is locked, damaged, read-only, full or out of reach.</exception>
    public Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        database.InWriteLaneAsync(async () =>
        {
            if (connection is null)
            {
                connection = await database.Dialect.OpenAsync(cancellationToken);
                await database.Dialect.FavourBulkAsync(connection, cancellationToken);
            }

            await using var transaction = await database.Dialect.BeginWriteAsync(connection, cancellationToken);
            var result = await work(new Session(database.Dialect, connection, transaction, cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return result;
        }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
            connection = null;
        }
    }
}
