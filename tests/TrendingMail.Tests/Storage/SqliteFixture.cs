using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Engines;

namespace TrendingMail.Tests.Storage;

public sealed class SqliteFixture : DatabaseFixture
{
    private readonly TemporaryFolder folder = new();

    public override IServiceProvider Engine => field ??=
        new ServiceCollection().AddSqlite("Data Source=test.db", folder.Path).BuildServiceProvider();

    protected override async ValueTask DropAsync()
    {
        await using (var connection = await Dialect.OpenAsync(CancellationToken.None))
        {
            SqliteConnection.ClearPool((SqliteConnection)connection);
        }

        folder.Dispose();
    }
}
