namespace TrendingMail.Storage;

/// <summary>
/// The columns of a table that many rows are written to at once. The folder that owns the table defines them; an
/// import composes them.
/// </summary>
internal sealed class TableRows
{
    private readonly string[] columns;

    private TableRows(string table, string[] columns)
    {
        Table = table;
        this.columns = columns;
    }

    public string Table { get; }

    /// <param name="columns">The columns, in the order in which the values of a row are passed.</param>
    public static TableRows Define(string table, params string[] columns) => new(table, columns);

    /// <summary>The position of a column's value in a row.</summary>
    public int IndexOf(string column) => Array.IndexOf(columns, column);

    /// <summary>Prepares the statement that inserts one row.</summary>
    /// <param name="onConflict">The clause that says what a conflict does; it is an error by default.</param>
    public Statement PrepareInsert(Session session, string onConflict = "")
    {
        string[] names = [.. columns.Select(column => $"@{column}")];
        return session.Prepare(
            $"INSERT INTO {Table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", names)}) {onConflict}",
            names);
    }

    /// <summary>Inserts many rows; see <see cref="Session.InsertManyAsync"/>.</summary>
    public Task InsertAsync(Session session, IEnumerable<object?[]> rows) =>
        session.InsertManyAsync(Table, columns, rows);

    /// <summary>The same table with the <c>id</c> as the first column, for rows whose ids are assigned.</summary>
    public TableRows WithId() => new(Table, ["id", .. columns]);
}
