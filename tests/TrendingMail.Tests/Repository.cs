namespace TrendingMail.Tests;

/// <summary>Locates the repository from the folder in which the tests run.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The folder of the tests' sources and fixtures.</summary>
    public static string Tests => Path.Combine(Root, "tests", "TrendingMail.Tests");

    public static string Templates => Path.Combine(Root, "templates");

    /// <summary>A folder or file of the real samples next to the repository; null if they are not there.</summary>
    public static string? Sample(params string[] path)
    {
        var full = Path.Combine([Path.GetDirectoryName(Root)!, "shared", "data", .. path]);
        return Path.Exists(full) ? full : null;
    }

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "TrendingMail.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"There is no TrendingMail.sln above {AppContext.BaseDirectory}.");
    }
}
