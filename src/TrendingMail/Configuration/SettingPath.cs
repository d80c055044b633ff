namespace TrendingMail.Configuration;

/// <summary>Resolves the paths in settings.</summary>
internal static class SettingPath
{
    /// <summary>Makes a path absolute; an empty one, which means that the setting is not used, stays empty.</summary>
    public static string Resolve(string path, string baseDirectory) =>
        path.Length > 0 ? Path.GetFullPath(path, baseDirectory) : path;
}
