using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers;

public abstract class ErasedAddressesTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task AnErasedAddressIsToldAndCannotBeRead()
    {
        await AddAsync(TestKeys.Ring(1), "ada@example.org", complained: false);

        Assert.Equal(new Erasure(Morning, false), await FindAsync(TestKeys.Ring(1), "ada@example.org"));
        Assert.Null(await FindAsync(TestKeys.Ring(1), "bo@example.org"));
        Assert.DoesNotContain("ada", await EverythingAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItIsToldAfterTheKeysRotated()
    {
        await AddAsync(TestKeys.Ring(1), "ada@example.org", complained: false);

        Assert.NotNull(await FindAsync(TestKeys.Ring(1, 2), "ada@example.org"));
        Assert.Null(await FindAsync(TestKeys.Ring(2), "ada@example.org"));
    }

    [Fact]
    public async Task AComplaintIsRememberedForEver()
    {
        await AddAsync(TestKeys.Ring(1), "ada@example.org", complained: true);
        await AddAsync(TestKeys.Ring(1), "ada@example.org", complained: false);

        Assert.True((await FindAsync(TestKeys.Ring(1), "ada@example.org"))!.Complained);
    }

    [Fact]
    public async Task WhoComesBackIsForgottenAsErased()
    {
        await AddAsync(TestKeys.Ring(1), "ada@example.org", complained: false);

        await Database.WriteAsync(session => new ErasedAddresses(TestKeys.Ring(1, 2), Clock)
            .RemoveAsync(session, "ada@example.org"), Stop);

        Assert.Null(await FindAsync(TestKeys.Ring(1, 2), "ada@example.org"));
    }

    private Task AddAsync(KeyRing keys, string addressKey, bool complained) => Database.WriteAsync(
        session => new ErasedAddresses(keys, Clock).AddAsync(session, addressKey, complained), Stop);

    private Task<Erasure?> FindAsync(KeyRing keys, string addressKey) => Database.ReadAsync(
        session => new ErasedAddresses(keys, Clock).FindAsync(session, addressKey), Stop);
}

public sealed class ErasedAddressesOnSqlite() : ErasedAddressesTests(new SqliteFixture());

public sealed class ErasedAddressesOnPostgreSql() : ErasedAddressesTests(new PostgreSqlFixture());
