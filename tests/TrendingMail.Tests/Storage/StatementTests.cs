using TrendingMail.Storage;

namespace TrendingMail.Tests.Storage;

/// <summary>Both implementations of prepared statements.</summary>
public sealed class StatementTests() : StorageTests(new SqliteFixture())
{
    private const string Insert = """
        INSERT INTO suppressions (address, address_key, reason, detail, suppressed_at)
        VALUES (@address, @key, 'operator', @detail, @at)
        ON CONFLICT (address_key) DO NOTHING
        """;

    private const string InsertReturning = $"{Insert} RETURNING id, detail, suppressed_at";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task AStatementIsReusedWithOtherValues(bool isNative) =>
        WithStatementAsync(isNative, InsertReturning, async statement =>
    {
        Assert.Equal([1L, "ö", 5L], await statement.FirstAsync("a", "a", "ö", 5L));
        Assert.Equal([2L, null, 6L], await statement.FirstAsync("b", "b", null, 6L));
        Assert.Null(await statement.FirstAsync("a", "a", "again", 7L));
        Assert.Equal(0, await statement.ExecuteAsync("a", "a", "again", 7L));
        Assert.Equal([3L, "", 6L], await statement.FirstAsync("c", "c", "", 6L));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task AnInsertReturnsTheNewIdOrNullOnAConflict(bool isNative) =>
        WithStatementAsync(isNative, Insert, async statement =>
    {
        Assert.Equal(1, await statement.InsertAsync("a", "a", new string('ö', 300), 5L));
        Assert.Null(await statement.InsertAsync("again", "a", null, 5L));
        Assert.Equal(2, await statement.InsertAsync("b", "b", null, 6L));
        Assert.Equal(3, await statement.InsertAsync("c", "c", null, 6L));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task AFailedExecutionThrowsAndTheNextOneSucceeds(bool isNative) =>
        WithStatementAsync(isNative, InsertReturning, async statement =>
    {
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => statement.FirstAsync(null, "a", null, 5L));
        await statement.ExecuteAsync("a", "a", null, 5L);
        await statement.ExecuteAsync("b", "b", null, 5L);
        Assert.Equal(1, await statement.ExecuteAsync("c", "c", null, 5L));
    });

    private async Task WithStatementAsync(bool isNative, string sql, Func<Statement, Task> work)
    {
        await using (var connection = await Database.Dialect.OpenAsync(Stop))
        await using (var transaction = await Database.Dialect.BeginWriteAsync(connection, Stop))
        {
            string[] names = ["@address", "@key", "@detail", "@at"];
            using (var statement = isNative
                ? Database.Dialect.Prepare(connection, transaction, sql, names)
                : new CommandStatement(connection, transaction, sql, names))
            {
                await work(statement);
            }

            await transaction.CommitAsync(Stop);
        }

        Assert.Equal(3, await CountAsync("suppressions"));
    }
}
