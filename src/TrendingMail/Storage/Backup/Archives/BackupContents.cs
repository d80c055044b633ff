namespace TrendingMail.Storage.Backup.Archives;

/// <summary>The files of an installation that a backup holds besides the database.</summary>
/// <param name="KeyRingFile">The file with the keys that sign links; null if the keys are in the database.</param>
/// <param name="TemplatesFolder">The folder for the operator's own templates, which may not exist.</param>
public sealed record BackupContents(string? KeyRingFile, string TemplatesFolder)
{
    private const string KeyRingName = "keys.json";

    private const string TemplatesPrefix = "templates/";

    /// <summary>The files that exist, by their names in a backup.</summary>
    internal IEnumerable<(string Name, string Path)> ListFiles()
    {
        if (File.Exists(KeyRingFile))
        {
            yield return (KeyRingName, KeyRingFile);
        }

        if (Directory.Exists(TemplatesFolder))
        {
            foreach (var path in Directory.EnumerateFiles(TemplatesFolder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal))
            {
                yield return (TemplatesPrefix + Path.GetRelativePath(TemplatesFolder, path).Replace('\\', '/'), path);
            }
        }
    }

    /// <summary>Where a file of a backup is restored to; null if this installation has no place for it.</summary>
    internal string? FindPath(string name)
    {
        if (name == KeyRingName)
        {
            return KeyRingFile;
        }

        var path = name.StartsWith(TemplatesPrefix, StringComparison.Ordinal)
            ? Path.GetFullPath(name[TemplatesPrefix.Length..], TemplatesFolder)
            : null;
        return path?.StartsWith(TemplatesFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal) == true
            ? path
            : null;
    }
}
