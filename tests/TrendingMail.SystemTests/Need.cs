namespace TrendingMail.SystemTests;

/// <summary>
/// The programs that a test needs beside our own. Where one is missing the test is skipped, with what to install; in
/// CI, which installs them all, it fails.
/// </summary>
internal static class Need
{
    private static readonly string[] AdminFolders = ["/usr/sbin", "/sbin"];

    /// <summary>The path of the first of several programs that is here.</summary>
    public static string Program(string package, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Find(name) is { } path)
            {
                return path;
            }
        }

        Missing($"{string.Join(" or ", names)} is not installed; as root, run tests/run.sh or 'apt-get install {package}'");
        return "";
    }

    /// <summary>Ends the test because something is missing.</summary>
    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"CI must have what every test needs, but {what}.");
        }

        Assert.Skip($"NOT TESTED: {what}.");
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(AdminFolders)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
