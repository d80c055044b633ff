namespace TrendingMail.SystemTests;

/// <summary>Locates the source tree that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>The absolute path of a file or folder below the root.</summary>
    public static string File(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "TrendingMail.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("no TrendingMail.sln above the tests");
        }

        return Path.Combine([folder.FullName, .. path]);
    }
}
