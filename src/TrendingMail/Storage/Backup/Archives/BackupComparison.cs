namespace TrendingMail.Storage.Backup.Archives;

/// <summary>Whether a backup can be restored here, and whether a restored copy equals it.</summary>
internal static class BackupComparison
{
    /// <exception cref="TrendingMailException">The backup is of another engine or of a newer schema.</exception>
    public static void RequireRestorable(string file, BackupManifest manifest, string engine, int latestSchema)
    {
        if (manifest.Engine != engine)
        {
            throw new TrendingMailException(
                $"{file} is a backup of a {manifest.Engine} database, but Database:Provider is {engine}: " +
                $"set it to {manifest.Engine}.");
        }

        if (manifest.Schema > latestSchema)
        {
            throw new TrendingMailException(
                $"{file} has schema version {manifest.Schema}, but this program supports up to {latestSchema}: " +
                "it was written by a newer version. Restore it with that version. Nothing was changed.");
        }
    }

    /// <exception cref="TrendingMailException">A table has other rows than when the backup was made.</exception>
    public static void RequireEqual(BackupManifest manifest, DatabaseSummary restored)
    {
        var tables = restored.Tables.ToDictionary(table => table.Name);
        foreach (var expected in manifest.Tables)
        {
            if (!tables.Remove(expected.Name, out var actual))
            {
                throw new TrendingMailException($"The table {expected.Name} is missing in the restored copy.");
            }

            if (actual != expected)
            {
                throw new TrendingMailException(
                    $"The table {expected.Name} differs in the restored copy: {actual.Rows} rows with hash " +
                    $"{actual.Hash} instead of {expected.Rows} with {expected.Hash}. Use another backup.");
            }
        }

        if (tables.Count > 0 || restored.Schema != manifest.Schema)
        {
            throw new TrendingMailException(
                "The restored copy has other tables or another schema version than the backup's manifest says.");
        }
    }
}
