using System.Data.Common;

namespace TrendingMail.Storage;

/// <summary>
/// The one way to the data: sessions that read, and transactions that write, as many at once as the engine takes.
/// Faults that an operator can mend come out as <see cref="TrendingMailException"/>.
/// </summary>
public sealed class Database : IDisposable
{
    private readonly SemaphoreSlim writeLanes;

    static Database() => ColumnTypes.Register();

    public Database(IDialect dialect)
    {
        Dialect = dialect;
        writeLanes = new SemaphoreSlim(dialect.WriteLanes);
    }

    public IDialect Dialect { get; }

    /// <summary>Runs queries that change nothing.</summary>
    /// <exception cref="TrendingMailException">The database is locked, damaged or out of reach.</exception>
    public Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        ExplainedAsync(async () =>
        {
            await using var connection = await Dialect.OpenAsync(cancellationToken);
            return await work(new Session(Dialect, connection, null, cancellationToken));
        });

    /// <summary>
    /// Runs work in one transaction that is committed at its end, or undone where it throws. The work must not wait for
    /// the network: others wait for it.
    /// </summary>
    /// <exception cref="TrendingMailException">The database is locked, damaged, read-only, full or out of reach.</exception>
    public Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        InTransactionAsync(Dialect.BeginWriteAsync, work, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<Session, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(async session =>
        {
            await work(session);
            return 0;
        }, cancellationToken);

    /// <summary>Runs statements that each decide by themselves, in one transaction; see <see cref="IDialect.BeginBesideAsync"/>.</summary>
    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task<T> WriteBesideAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        InTransactionAsync(Dialect.BeginBesideAsync, work, cancellationToken);

    /// <summary>Looks for damage; one line for each fault.</summary>
    public Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken) =>
        ExplainedAsync(async () =>
        {
            await using var connection = await Dialect.OpenAsync(cancellationToken);
            return await Dialect.CheckAsync(connection, cancellationToken);
        });

    public void Dispose() => writeLanes.Dispose();

    /// <summary>Waits for one of the process's turns to write.</summary>
    internal Task<T> InWriteLaneAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken) =>
        ExplainedAsync(async () =>
        {
            await writeLanes.WaitAsync(cancellationToken);
            try
            {
                return await work();
            }
            finally
            {
                writeLanes.Release();
            }
        });

    /// <inheritdoc cref="InWriteLaneAsync{T}"/>
    internal Task InWriteLaneAsync(Func<Task> work, CancellationToken cancellationToken) =>
        InWriteLaneAsync(async () =>
        {
            await work();
            return 0;
        }, cancellationToken);

    private Task<T> InTransactionAsync<T>(
        Func<DbConnection, CancellationToken, Task<DbTransaction>> begin, Func<Session, Task<T>> work,
        CancellationToken cancellationToken) =>
        InWriteLaneAsync(async () =>
        {
            await using var connection = await Dialect.OpenAsync(cancellationToken);
            await using var transaction = await begin(connection, cancellationToken);
            var result = await work(new Session(Dialect, connection, transaction, cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return result;
        }, cancellationToken);

    private async Task<T> ExplainedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException e) when (Dialect.Explain(e) is { } fault)
        {
            throw new TrendingMailException(fault.Message, e);
        }
    }
}
