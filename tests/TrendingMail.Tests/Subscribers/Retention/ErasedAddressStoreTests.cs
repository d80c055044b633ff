using TrendingMail.Links;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Retention;

public abstract class ErasedAddressStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task AnErasedAddressIsRecognizedButNotReadable()
    {
        await AddAsync(TestKeys.Ring(1), "ada@example.org", complained: false);

        Assert.Equal(new Erasure(Morning, false), await FindAsync(TestKeys.Ring(1), "ada@example.org"));
        Assert.Null(await FindAsync(TestKeys.Ring(1), "bo@example.org"));
        Assert.DoesNotContain("ada", await SnapshotAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItIsRecognizedAfterAKeyRotation()
    {
        await AddAsync(TestKeys.Ring(1), "ada@example.org", complained: false);

        Assert.NotNull(await FindAsync(TestKeys.Ring(1, 2), "ada@example.org"));
        Assert.Null(await FindAsync(TestKeys.Ring(2), "ada@example.org"));
    }

    [Fact]
    public async Task AComplaintIsRememberedForever()
    {
        await AddAsync(TestKeys.Ring(1), "ada@example.org", complained: true);
        await AddAsync(TestKeys.Ring(1), "ada@example.org", complained: false);

        Assert.True((await FindAsync(TestKeys.Ring(1), "ada@example.org"))!.Complained);
    }

    [Fact]
    public async Task RemovingAnAddressForgetsThatItWasErased()
    {
        await AddAsync(TestKeys.Ring(1), "ada@example.org", complained: false);

        await Database.WriteAsync(session => new ErasedAddressStore(TestKeys.Ring(1, 2), Clock)
            .RemoveAsync(session, "ada@example.org"), Stop);

        Assert.Null(await FindAsync(TestKeys.Ring(1, 2), "ada@example.org"));
    }

    private Task AddAsync(KeyRing keys, string addressKey, bool complained) => Database.WriteAsync(
        session => new ErasedAddressStore(keys, Clock).AddAsync(session, addressKey, complained), Stop);

    private Task<Erasure?> FindAsync(KeyRing keys, string addressKey) => Database.ReadAsync(
        session => new ErasedAddressStore(keys, Clock).FindAsync(session, addressKey), Stop);
}

public sealed class ErasedAddressStoreOnSqlite() : ErasedAddressStoreTests(new SqliteFixture());

public sealed class ErasedAddressStoreOnPostgreSql() : ErasedAddressStoreTests(new PostgreSqlFixture());
