namespace TrendingMail.Storage;

/// <summary>
/// A statement that is prepared once and run many times in one session, for work on very many rows. Values are given as columns
/// hold them (see <see cref="ColumnTypes"/>): <c>long</c>, <c>double</c>, <c>string</c> or null, in the order of the names.
/// </summary>
public abstract class Statement : IDisposable
{
    /// <summary>Runs it, whatever rows it gives back, and returns the number of rows it changed.</summary>
    public abstract Task<int> ExecuteAsync(params object?[] values);

    /// <summary>
    /// Runs an INSERT without RETURNING into a table whose key is <c>id</c>: the new row's, or null where a conflict kept it out.
    /// </summary>
    public abstract Task<long?> InsertAsync(params object?[] values);

    /// <summary>The first row's columns, or null where there is none.</summary>
    public abstract Task<object?[]?> FirstAsync(params object?[] values);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
