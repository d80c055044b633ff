using Microsoft.Extensions.Time.Testing;
using TrendingMail.Links;

namespace TrendingMail.Tests.Links;

public sealed class KeyRingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AMissingKeyRingIsCreatedWithOneKey()
    {
        var ring = KeyRing.Open(folder.File("data/keys.json"), clock);

        Assert.Equal((1, clock.GetUtcNow(), 32), (ring.Current.Id, ring.Current.CreatedAt, ring.Current.Secret.Length));
        Assert.Equal(
            ["keys.json", "keys.json.lock"],
            Directory.EnumerateFiles(folder.File("data")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OnlyTheOwnerCanReadTheFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes exist only on Unix.");
        KeyRing.Open(folder.File("keys.json"), clock);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
            OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(folder.File("keys.json")));
    }

    [Fact]
    public void TheKeyRingIsCreatedOnce()
    {
        var first = KeyRing.Open(folder.File("keys.json"), clock);
        var second = KeyRing.Open(folder.File("keys.json"), clock);

        Assert.Equal(first.Current.Secret, second.Current.Secret);
    }

    [Fact]
    public void TwoInstallationsHaveDifferentKeys() => Assert.NotEqual(
        KeyRing.Open(folder.File("a.json"), clock).Current.Secret,
        KeyRing.Open(folder.File("b.json"), clock).Current.Secret);

    [Fact]
    public async Task ConcurrentStartsCreateTheSameKey()
    {
        for (var round = 0; round < 50; round++)
        {
            using var start = new Barrier(participantCount: 8);
            var file = folder.File($"{round}/keys.json");
            var rings = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(() =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                return KeyRing.Open(file, clock);
            }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            Assert.Single(rings.Select(ring => Convert.ToHexString(ring.Current.Secret)).Distinct());
        }
    }

    [Fact]
    public void TheNewestKeySigns()
    {
        var ring = TestKeys.Ring(2, 3, 1);

        Assert.Equal(3, ring.Current.Id);
        Assert.Equal(1, ring.Find(1)!.Id);
        Assert.Null(ring.Find(4));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("[null]")]
    [InlineData("{}")]
    [InlineData("""[{"id": 1, "createdAt": "2026-01-01T00:00:00Z", "secret": "c2hvcnQ="}]""")]
    [InlineData("""[{"id": 1, "createdAt": "2026-01-01T00:00:00Z"}]""")]
    [InlineData("""[{"id": 70000, "createdAt": "2026-01-01T00:00:00Z", "secret": ""}]""")]
    [InlineData("[{\"id\": 1, \"createdAt")]
    public void ADamagedKeyRingIsNeitherUsedNorReplaced(string content)
    {
        var file = folder.Write("keys.json", content);

        var fault = Assert.Throws<TrendingMailException>(() => KeyRing.Open(file, clock));

        Assert.StartsWith($"The key ring {file} is damaged", fault.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(file));
    }

    [Fact]
    public void DuplicateKeyIdsAreRejected()
    {
        var file = folder.Write("keys.json", TestKeys.Json(1, 1));

        Assert.Throws<TrendingMailException>(() => KeyRing.Open(file, clock));
    }

    [Fact]
    public void TheErrorNamesAnUnwritablePath()
    {
        folder.Write("blocked", "a file where a folder is expected");

        var fault = Assert.Throws<TrendingMailException>(() => KeyRing.Open(folder.File("blocked/keys.json"), clock));

        Assert.StartsWith("Cannot open the key ring", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AfterARotationTheNewKeySignsAndTheOldOneStillVerifies()
    {
        var before = KeyRing.Open(folder.File("keys.json"), clock);
        var token = new LinkToken(LinkPurpose.Unsubscribe, 7, 0, clock.GetUtcNow());
        var old = new LinkSigner(before, clock).Sign(token);

        var key = new FileKeyStore(folder.File("keys.json"), clock).Add();

        var after = KeyRing.Open(folder.File("keys.json"), clock);
        Assert.Equal((2, (ushort)2), (after.All.Count, after.Current.Id));
        Assert.Equal(key.Secret, after.Current.Secret);
        Assert.True(new LinkSigner(after, clock).TryVerify(old, LinkPurpose.Unsubscribe, out var read, out _));
        Assert.Equal(token, read);
    }

    [Fact]
    public void ARunningProcessVerifiesWithANewKeyAtOnceAndSignsWithItWithinAMinute()
    {
        var running = KeyRing.Open(folder.File("keys.json"), clock);
        var key = new FileKeyStore(folder.File("keys.json"), clock).Add();
        File.SetLastWriteTimeUtc(folder.File("keys.json"), DateTime.UtcNow.AddSeconds(5));

        Assert.Equal(1, running.Current.Id);
        Assert.Equal(key.Secret, running.Find(2)?.Secret);
        Assert.Null(running.Find(3));

        var other = KeyRing.Open(folder.File("keys.json"), clock);
        new FileKeyStore(folder.File("keys.json"), clock).Add();
        File.SetLastWriteTimeUtc(folder.File("keys.json"), DateTime.UtcNow.AddSeconds(10));
        Assert.Equal(2, other.Current.Id);
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(3, other.Current.Id);
    }

    [Fact]
    public void ARunningProcessKeepsItsKeysWhenTheFileIsDeleted()
    {
        var running = KeyRing.Open(folder.File("keys.json"), clock);
        File.Delete(folder.File("keys.json"));
        clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(1, running.Current.Id);
        Assert.Null(running.Find(9));
    }

    [Fact]
    public async Task ConcurrentRotationsAddOneKeyEach()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => new FileKeyStore(folder.File("keys.json"), clock).Add(), TestContext.Current.CancellationToken)));

        Assert.Equal(Enumerable.Range(1, 8), keys.Select(key => (int)key.Id).Order());
        Assert.Equal(8, KeyRing.Open(folder.File("keys.json"), clock).All.Count);
    }

    [Fact]
    public void DuplicateKeyIdsAreReportedAsDamage()
    {
        folder.Write("keys.json", TestKeys.Json(1, 1));

        Assert.Contains("damaged",
            Assert.Throws<TrendingMailException>(() => KeyRing.Open(folder.File("keys.json"), clock)).Message,
            StringComparison.Ordinal);
    }
}
