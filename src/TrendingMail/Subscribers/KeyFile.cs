using System.Text.Json;

namespace TrendingMail.Subscribers;

/// <summary>Keys in a JSON file that only this user may read.</summary>
public sealed class KeyFile(string path, TimeProvider clock) : KeyStore(clock)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public override string Place => path;

    public override IReadOnlyList<LinkKey> Read() => Explained(() => File.Exists(path) ? ReadFile() : []);

    public override IReadOnlyList<LinkKey> ReadOrMake() => Explained(() =>
    {
        if (!File.Exists(path))
        {
            using var turn = FileTurn.Take(path);
            if (!File.Exists(path))
            {
                Write([Next([])]);
            }
        }

        return ReadFile();
    });

    public override LinkKey Add() => Explained(() =>
    {
        using var turn = FileTurn.Take(path);
        var keys = File.Exists(path) ? ReadFile() : [];
        var key = Next(keys);
        Write([.. keys, key]);
        return key;
    });

    private LinkKey[] ReadFile()
    {
        var stored = JsonSerializer.Deserialize<LinkKey[]>(File.ReadAllText(path), Json);
        return stored is { Length: > 0 } && IsUsable(stored)
            ? [.. stored.OrderBy(key => key.Id)]
            : throw new JsonException("no usable key");
    }

    private void Write(LinkKey[] keys)
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

    private T Explained<T>(Func<T> work)
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
            throw Damaged(e);
        }
    }
}
