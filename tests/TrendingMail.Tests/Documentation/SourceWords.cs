using System.Text.RegularExpressions;

namespace TrendingMail.Tests.Documentation;

/// <summary>The words that occur in the C# sources.</summary>
internal static partial class SourceWords
{
    public static HashSet<string> Read() =>
        [.. Files().SelectMany(file => WordPattern().Matches(File.ReadAllText(file)).Select(match => match.Value))];

    /// <summary>The C# files of the solution, without generated ones.</summary>
    public static IEnumerable<string> Files() =>
        from name in (string[])["src", "tests"]
        let folder = Path.Combine(Repository.Root, name)
        from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        let parts = Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar)
        where !parts.Contains("bin") && !parts.Contains("obj")
        select file;

    [GeneratedRegex(@"\w+")]
    private static partial Regex WordPattern();
}
