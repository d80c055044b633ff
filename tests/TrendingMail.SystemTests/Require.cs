namespace TrendingMail.SystemTests;

/// <summary>
/// External programs that a test requires. If one is missing, the test is skipped with a hint on what to install; in
/// CI, which installs them all, the test fails.
/// </summary>
internal static class Require
{
    private static readonly string[] AdminFolders = ["/usr/sbin", "/sbin"];

    /// <summary>The path of the first of the named programs that is installed.</summary>
    public static string Program(string package, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Find(name) is { } path)
            {
                return path;
            }
        }

        Skip($"{string.Join(" or ", names)} is not installed; as root, run tests/run.sh or 'apt-get " +
            $"install {package}'");
        return "";
    }

    /// <summary>Skips the test because of a missing prerequisite; fails it in CI.</summary>
    public static void Skip(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"CI must provide every prerequisite, but {reason}.");
        }

        Assert.Skip($"NOT TESTED: {reason}.");
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(AdminFolders)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
