namespace TrendingMail.SystemTests;

/// <summary>The sources that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>The path of a file or a folder below the root.</summary>
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
