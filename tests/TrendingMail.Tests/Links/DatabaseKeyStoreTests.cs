using TrendingMail.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Links;

/// <summary>Keys in a database shared by two nodes.</summary>
public abstract class DatabaseKeyStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private readonly TemporaryFolder folder = new();

    private DatabaseKeyStore Here => new(Database, Clock);

    private DatabaseKeyStore There => new(OtherNode, Clock);

    public override async ValueTask DisposeAsync()
    {
        folder.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void AMissingKeyRingIsCreatedWithOneKey()
    {
        Assert.Empty(Here.Read());

        var ring = KeyRing.Open(Here, Clock);

        Assert.Equal((1, Morning, 32), (ring.Current.Id, ring.Current.CreatedAt, ring.Current.Secret.Length));
        Assert.Equal(ring.Current.Secret, KeyRing.Open(There, Clock).Current.Secret);
    }

    [Fact]
    public async Task NodesThatStartConcurrentlyUseTheSameKey()
    {
        var rings = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => Task.Run(() => KeyRing.Open(i % 2 == 0 ? Here : There, Clock))));

        Assert.Single(rings.Select(ring => Convert.ToHexString(ring.Current.Secret)).Distinct());
        Assert.Single(Here.Read());
    }

    [Fact]
    public async Task ConcurrentRotationsOnNodesAddOneKeyEach()
    {
        var keys = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? Here : There).Add())));

        Assert.Equal(Enumerable.Range(1, 8), keys.Select(key => (int)key.Id).Order());
        Assert.Equal(Enumerable.Range(1, 8), Here.Read().Select(key => (int)key.Id));
    }

    [Fact]
    public void AnotherNodeVerifiesWithANewKeyAtOnceAndSignsWithItWithinAMinute()
    {
        var (here, there) = (KeyRing.Open(Here, Clock), KeyRing.Open(There, Clock));
        var old = new LinkSigner(there, Clock).Sign(Token);

        Here.Add();
        Clock.Advance(TimeSpan.FromSeconds(61));
        var link = new LinkSigner(here, Clock).Sign(Token);

        Assert.Equal((2, 1), (here.Current.Id, there.All[^1].Id));
        Assert.True(new LinkSigner(there, Clock).TryVerify(link, LinkPurpose.Unsubscribe, out _, out _));
        Assert.True(new LinkSigner(here, Clock).TryVerify(old, LinkPurpose.Unsubscribe, out _, out _));
        Assert.Equal(2, there.Current.Id);
    }

    [Fact]
    public void UnknownKeyIdsAreLookedUpOncePerSecond()
    {
        var ring = KeyRing.Open(Here, Clock);
        Assert.Null(ring.Find(2));

        There.Add();

        Assert.Null(ring.Find(2));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((ushort)2, ring.Find(2)!.Id);
    }

    [Fact]
    public async Task LoadedKeysStayInUseWhileTheTableIsUnreadable()
    {
        var ring = KeyRing.Open(Here, Clock);
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE link_keys SET secret = 'no base64'"), Stop);
        Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(1, ring.Current.Id);
        Assert.Contains("is damaged", Assert.Throws<TrendingMailException>(() => KeyRing.Open(There, Clock)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheKeysOfTheLegacyFileAreImportedFirst()
    {
        var file = new FileKeyStore(folder.File("keys.json"), Clock);
        file.ReadOrCreate();
        file.Add();

        var ring = KeyRing.Open(new DatabaseKeyStore(Database, Clock, file), Clock);

        Assert.Equal(file.Read().Select(key => Convert.ToHexString(key.Secret)),
            ring.All.Select(key => Convert.ToHexString(key.Secret)));
        file.Add();
        Assert.Equal(2, KeyRing.Open(new DatabaseKeyStore(OtherNode, Clock, file), Clock).All.Count);
    }

    [Fact]
    public async Task KeysAreCopiedOnceAndNeverMixed()
    {
        var file = new FileKeyStore(folder.File("keys.json"), Clock);
        file.ReadOrCreate();
        await Here.CopyFromAsync(file, Stop);
        There.Add();
        await There.CopyFromAsync(file, Stop);
        Assert.Equal([1, 2], Here.Read().Select(key => (int)key.Id));

        var other = new FileKeyStore(folder.File("other.json"), Clock);
        other.ReadOrCreate();

        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => Here.CopyFromAsync(other, Stop));
        Assert.Contains("holds different keys than", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, Here.Read().Count);
    }

    private LinkToken Token => new(LinkPurpose.Unsubscribe, 7, 0, Clock.GetUtcNow());
}

public sealed class DatabaseKeyStoreOnSqlite() : DatabaseKeyStoreTests(new SqliteFixture());

public sealed class DatabaseKeyStoreOnPostgreSql() : DatabaseKeyStoreTests(new PostgreSqlFixture());
