using System.Security.Cryptography;
using System.Text.Json;

namespace TrendingMail.Subscribers;

/// <summary>A secret that signs links.</summary>
/// <param name="Id">Stands in the link, so that the right key is found after a rotation.</param>
public sealed record LinkKey(ushort Id, DateTimeOffset CreatedAt, byte[] Secret)
{
    // Setting a key up costs more than a short text: threads keep the one that they signed with last.
    [ThreadStatic]
    private static (LinkKey Key, IncrementalHash Hmac)? latest;

    /// <summary>Writes the beginning of a text's HMAC-SHA-256, as much as there is room for.</summary>
    public void Sign(ReadOnlySpan<byte> text, Span<byte> mac)
    {
        if (latest is not { } kept || !ReferenceEquals(kept.Key, this))
        {
            latest?.Hmac.Dispose();
            latest = kept = (this, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Secret));
        }

        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        kept.Hmac.AppendData(text);
        kept.Hmac.GetHashAndReset(whole);
        whole[..mac.Length].CopyTo(mac);
    }
}

/// <summary>
/// The keys that sign links, in a JSON file that only this user may read. The newest signs; older ones still verify. A program
/// that runs takes up a key that another one added to the file.
/// </summary>
public sealed class KeyRing
{
    private const int SecretLength = 32;

    /// <summary>How soon a running program signs with a key that was added to the file. (It verifies by it at once.)</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly string path;
    private readonly TimeProvider clock;
    private volatile Loaded loaded;

    private KeyRing(string path, TimeProvider clock)
    {
        this.path = path;
        this.clock = clock;
        loaded = Load();
    }

    /// <summary>The key that signs new links.</summary>
    public LinkKey Current
    {
        get
        {
            if (clock.GetElapsedTime(loaded.LookedAt) > LookAgain)
            {
                LookAtFile();
            }

            return loaded.Keys[^1];
        }
    }

    /// <summary>Every key that still verifies, the oldest first.</summary>
    public IReadOnlyList<LinkKey> All => loaded.Keys;

    public LinkKey? Find(ushort id)
    {
        if (loaded.Find(id) is { } key)
        {
            return key;
        }

        LookAtFile();
        return loaded.Find(id);
    }

    /// <summary>Opens the ring, or makes it with a first key where the file does not exist.</summary>
    /// <exception cref="TrendingMailException">The file cannot be read, written or understood.</exception>
    public static KeyRing Open(string path, TimeProvider clock) => Explained(path, () =>
    {
        if (!File.Exists(path))
        {
            using var turn = FileTurn.Take(path);
            if (!File.Exists(path))
            {
                Write(path, [NewKey(1, clock)]);
            }
        }

        return new KeyRing(path, clock);
    });

    /// <summary>Adds a key, which signs from now on; the others still verify. Makes the ring where there is none.</summary>
    /// <returns>The new key.</returns>
    /// <exception cref="TrendingMailException">The file cannot be read, written or understood, or is full.</exception>
    public static LinkKey Rotate(string path, TimeProvider clock) => Explained(path, () =>
    {
        using var turn = FileTurn.Take(path);
        var keys = File.Exists(path) ? Read(path) : [];
        if (keys is [.., { Id: ushort.MaxValue }])
        {
            throw new TrendingMailException($"The key ring {path} has no number left for another key.");
        }

        var key = NewKey((ushort)(keys.Length == 0 ? 1 : keys[^1].Id + 1), clock);
        Write(path, [.. keys, key]);
        return key;
    });

    private static LinkKey NewKey(ushort id, TimeProvider clock) =>
        new(id, clock.GetUtcNow(), RandomNumberGenerator.GetBytes(SecretLength));

    /// <summary>The keys of a file, the oldest first.</summary>
    private static LinkKey[] Read(string path)
    {
        var stored = JsonSerializer.Deserialize<LinkKey[]>(File.ReadAllText(path), Json);
        return stored is { Length: > 0 } && stored.All(key => key.Secret.Length >= SecretLength)
            && stored.DistinctBy(key => key.Id).Count() == stored.Length
            ? [.. stored.OrderBy(key => key.Id)]
            : throw new JsonException("no usable key");
    }

    private static T Explained<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"Cannot open the key ring {path}: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NullReferenceException)
        {
            throw new TrendingMailException(
                $"The key ring {path} is damaged; restore it from a backup. Without it no link in a mail that was sent " +
                "can be read; a new one is made if the file is moved away.", e);
        }
    }

    private static void Write(string path, LinkKey[] keys)
    {
        // Whole or not at all: who reads it meanwhile sees the file of before or the new one.
        var draft = $"{path}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(file, keys, Json);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Takes up what was added to the file. One that is gone or damaged meanwhile changes nothing: the keys at hand still hold.</summary>
    private void LookAtFile()
    {
        var before = loaded;
        try
        {
            loaded = File.GetLastWriteTimeUtc(path) == before.WrittenAt || !File.Exists(path)
                ? before with { LookedAt = clock.GetTimestamp() }
                : Load();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            loaded = before with { LookedAt = clock.GetTimestamp() };
        }
    }

    private Loaded Load()
    {
        // The time first: what is written between the two is seen at the next look.
        var writtenAt = File.GetLastWriteTimeUtc(path);
        return new Loaded(Read(path), writtenAt, clock.GetTimestamp());
    }

    private sealed record Loaded(LinkKey[] Keys, DateTime WrittenAt, long LookedAt)
    {
        public LinkKey? Find(ushort id) => Array.Find(Keys, key => key.Id == id);
    }
}
