using System.Data.Common;

namespace TrendingMail.Storage.Writing;

/// <summary>
/// A long-lived connection tuned for transactions that write many rows. Not thread-safe.
/// </summary>
public sealed class BulkWriter(Database database) : IAsyncDisposable
{
    private DbConnection? connection;

    /// <summary>Runs work in one transaction: durable when this returns, rolled back when it throws.</summary>
    /// <exception cref="TrendingMailException">
    /// The database is locked, damaged, read-only, full or unavailable.
    /// </exception>
    public Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        database.WithWritePermitAsync(async () =>
        {
            if (connection is null)
            {
                connection = await database.Dialect.OpenAsync(cancellationToken);
                await database.Dialect.TuneForBulkWritesAsync(connection, cancellationToken);
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
