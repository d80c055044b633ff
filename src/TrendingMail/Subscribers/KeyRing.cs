using System.Security.Cryptography;
using System.Text.Json;

namespace TrendingMail.Subscribers;

/// <summary>A secret that signs links.</summary>
/// <param name="Id">Stands in the link, so that the right key is found after a rotation.</param>
public sealed record LinkKey(ushort Id, DateTimeOffset CreatedAt, byte[] Secret);

/// <summary>
/// The keys that sign links, in a JSON file that only this user may read. The newest signs; older ones still verify.
/// </summary>
public sealed class KeyRing
{
    private const int SecretLength = 32;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Dictionary<ushort, LinkKey> keys;

    private KeyRing(IEnumerable<LinkKey> keys)
    {
        this.keys = keys.ToDictionary(key => key.Id);
        Current = this.keys.Values.MaxBy(key => key.Id)!;
    }

    /// <summary>The key that signs new links.</summary>
    public LinkKey Current { get; }

    /// <summary>Every key that still verifies, the oldest first.</summary>
    public IReadOnlyList<LinkKey> All => [.. keys.Values.OrderBy(key => key.Id)];

    public LinkKey? Find(ushort id) => keys.GetValueOrDefault(id);

    /// <summary>Opens the ring, or makes it with a first key where the file does not exist.</summary>
    /// <exception cref="TrendingMailException">The file cannot be read, written or understood.</exception>
    public static KeyRing Open(string path, TimeProvider clock)
    {
        try
        {
            if (!File.Exists(path))
            {
                using var turn = FileTurn.Take(path);
                if (!File.Exists(path))
                {
                    Create(path, clock);
                }
            }

            var stored = JsonSerializer.Deserialize<LinkKey[]>(File.ReadAllText(path), Json);
            return stored is { Length: > 0 } && stored.All(key => key.Secret.Length >= SecretLength)
                ? new KeyRing(stored)
                : throw new JsonException("no usable key");
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

    private static void Create(string path, TimeProvider clock)
    {
        var key = new LinkKey(1, clock.GetUtcNow(), RandomNumberGenerator.GetBytes(SecretLength));

        // Whole or not at all: who reads it meanwhile sees no file or a complete one.
        var draft = $"{path}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(file, new[] { key }, Json);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: false);
    }
}
