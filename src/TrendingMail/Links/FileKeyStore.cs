using System.Text.Json;
using TrendingMail.Storage;

namespace TrendingMail.Links;

/// <summary>Keeps the keys in a JSON file that only the current user can read.</summary>
public sealed class FileKeyStore(string path, TimeProvider clock) : KeyStore(clock)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public override string Location => path;

    public override IReadOnlyList<string> Files => [path, FileLock.GetPath(path)];

    public override IReadOnlyList<LinkKey> Read() => WithErrorContext(() => File.Exists(path) ? ReadFile() : []);

    public override IReadOnlyList<LinkKey> ReadOrCreate() => WithErrorContext(() =>
    {
        if (!File.Exists(path))
        {
            using var fileLock = FileLock.Acquire(path);
            if (!File.Exists(path))
            {
                Write([CreateNext([])]);
            }
        }

        return ReadFile();
    });

    public override LinkKey Add() => WithErrorContext(() =>
    {
        using var fileLock = FileLock.Acquire(path);
        var keys = File.Exists(path) ? ReadFile() : [];
        var key = CreateNext(keys);
        Write([.. keys, key]);
        return key;
    });

    private LinkKey[] ReadFile()
    {
        var stored = JsonSerializer.Deserialize<LinkKey[]>(File.ReadAllText(path), Json);
        return stored is { Length: > 0 } && AreValid(stored)
            ? [.. stored.OrderBy(key => key.Id)]
            : throw new JsonException("no valid key");
    }

    private void Write(LinkKey[] keys)
    {
        // Replace the file atomically, so that concurrent readers see either the old or the new one.
        var temporaryPath = $"{path}.{Path.GetRandomFileName()}";
        using (var file = PrivateFiles.Open(temporaryPath, FileMode.CreateNew))
        {
            JsonSerializer.Serialize(file, keys, Json);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporaryPath, path, overwrite: true);
    }

    private T WithErrorContext<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"Cannot open the key ring {path}: {FileProblem.Explain(path, e)}", e);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NullReferenceException)
        {
            throw CreateDamagedException(e);
        }
    }
}
