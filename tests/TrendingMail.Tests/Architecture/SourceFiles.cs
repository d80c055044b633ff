namespace TrendingMail.Tests.Architecture;

/// <summary>The files of the repository that people write.</summary>
internal static class SourceFiles
{
    private static readonly string[] Roots = ["src", "templates", "tests", "docs"];

    private static readonly string[] Generated = ["bin", "obj", "artifacts", "TestResults"];

    /// <summary>
    /// The files with an extension such as <c>.cs</c>: paths relative to the repository, with slashes.
    /// </summary>
    public static IEnumerable<string> WithExtension(params string[] extensions) =>
        Roots.Select(root => Path.Combine(Repository.Root, root))
            .Where(Directory.Exists)
            .SelectMany(root => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root))
            .Where(file => extensions.Contains(Path.GetExtension(file)))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Intersect(Generated).Any())
            .Order(StringComparer.Ordinal);

    public static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));
}
