using TrendingMail.Storage;

namespace TrendingMail.Diagnostics.Installation.Data;

/// <summary>Whether the database is intact, and how large it is.</summary>
internal sealed class DatabaseCheck(Database database) : DiagnosticCheck(
    CheckGroup.Installation, "database", "the integrity and size of the database")
{
    public override async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (await database.CheckAsync(cancellationToken) is { Count: > 0 } problems)
        {
            return [Finding.Bad("The database is damaged.", "Restore the newest backup: 'db restore FILE'.") with
            {
                Subject = database.Dialect.Location, Evidence = problems,
            }];
        }

        var size = await database.ReadAsync(
            session => session.SingleAsync<long>(database.Dialect.SizeSql), cancellationToken);
        return [Finding.Good($"The database is intact and takes {FileSize.Format(size)}.") with
        {
            Subject = database.Dialect.Location,
        }];
    }
}
