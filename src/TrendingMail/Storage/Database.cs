using System.Data.Common;

namespace TrendingMail.Storage;

/// <summary>
/// The single entry point to the data: read sessions and write transactions, as many at once as the engine allows.
/// Errors that an operator can fix surface as <see cref="TrendingMailException"/>.
/// </summary>
public sealed class Database : IDisposable
{
    private readonly SemaphoreSlim writePermits;

    static Database() => ColumnTypes.Register();

    public Database(IDialect dialect)
    {
        Dialect = dialect;
        writePermits = new SemaphoreSlim(dialect.MaximumConcurrentWrites);
    }

    public IDialect Dialect { get; }

    /// <summary>Runs read-only queries.</summary>
    /// <exception cref="TrendingMailException">The database is locked, damaged or unavailable.</exception>
    public Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        TranslateErrorsAsync(async () =>
        {
            await using var connection = await Dialect.OpenAsync(cancellationToken);
            return await work(new Session(Dialect, connection, null, cancellationToken));
        });

    /// <summary>
    /// Runs work in one transaction: committed when the work completes, rolled back when it throws. The work must not
    /// wait for the network, because it blocks other writers.
    /// </summary>
    /// <exception cref="TrendingMailException">
    /// The database is locked, damaged, read-only, full or unavailable.
    /// </exception>
    public Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        InTransactionAsync(Dialect.BeginWriteAsync, work, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<Session, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(async session =>
        {
            await work(session);
            return 0;
        }, cancellationToken);

    /// <summary>
    /// Runs work in one transaction alongside other writers. Each statement must be correct on its own; see
    /// <see cref="IDialect.BeginConcurrentAsync"/>.
    /// </summary>
    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task<T> WriteConcurrentAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        InTransactionAsync(Dialect.BeginConcurrentAsync, work, cancellationToken);

    /// <summary>Checks the stored data for corruption; returns one line per problem.</summary>
    public Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken) =>
        TranslateErrorsAsync(async () =>
        {
            await using var connection = await Dialect.OpenAsync(cancellationToken);
            return await Dialect.CheckAsync(connection, cancellationToken);
        });

    public void Dispose() => writePermits.Dispose();

    /// <summary>Runs work while holding one of this process's write permits.</summary>
    internal Task<T> WithWritePermitAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken) =>
        TranslateErrorsAsync(async () =>
        {
            await writePermits.WaitAsync(cancellationToken);
            try
            {
                return await work();
            }
            finally
            {
                writePermits.Release();
            }
        });

    /// <inheritdoc cref="WithWritePermitAsync{T}"/>
    internal Task WithWritePermitAsync(Func<Task> work, CancellationToken cancellationToken) =>
        WithWritePermitAsync(async () =>
        {
            await work();
            return 0;
        }, cancellationToken);

    private Task<T> InTransactionAsync<T>(
        Func<DbConnection, CancellationToken, Task<DbTransaction>> begin, Func<Session, Task<T>> work,
        CancellationToken cancellationToken) =>
        WithWritePermitAsync(async () =>
        {
            await using var connection = await Dialect.OpenAsync(cancellationToken);
            await using var transaction = await begin(connection, cancellationToken);
            var result = await work(new Session(Dialect, connection, transaction, cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return result;
        }, cancellationToken);

    private async Task<T> TranslateErrorsAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException e) when (Dialect.Explain(e) is { } translated)
        {
            throw new TrendingMailException(translated.Message, e);
        }
    }
}
