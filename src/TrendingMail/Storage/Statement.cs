namespace TrendingMail.Storage;

/// <summary>
/// A statement that is prepared once and executed many times in one session, for work on many rows. Values are in
/// column form (see <see cref="ColumnTypes"/>): <c>long</c>, <c>double</c>, <c>string</c> or null, in the order of the
/// names.
/// </summary>
public abstract class Statement : IDisposable
{
    /// <summary>Executes the statement, discards any result rows, and returns the number of rows changed.</summary>
    public abstract Task<int> ExecuteAsync(params object?[] values);

    /// <summary>
    /// Executes an INSERT without RETURNING into a table with the key <c>id</c>. Returns the new id, or null on a
    /// conflict.
    /// </summary>
    public abstract Task<long?> InsertAsync(params object?[] values);

    /// <summary>The columns of the first row, or null if there is none.</summary>
    public abstract Task<object?[]?> FirstAsync(params object?[] values);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
