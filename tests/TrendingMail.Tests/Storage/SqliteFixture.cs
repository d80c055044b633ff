using Microsoft.Data.Sqlite;
using TrendingMail.Storage;
using TrendingMail.Storage.Sqlite;

namespace TrendingMail.Tests.Storage;

public sealed class SqliteFixture : DatabaseFixture
{
    private readonly TemporaryFolder folder = new();

    public override IDialect Dialect => new SqliteDialect("Data Source=test.db", folder.Path);

    protected override async ValueTask DropAsync()
    {
        await using (var connection = await Dialect.OpenAsync(CancellationToken.None))
        {
            SqliteConnection.ClearPool((SqliteConnection)connection);
        }

        folder.Dispose();
    }
}
