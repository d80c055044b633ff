using System.CommandLine;

namespace TrendingMail.Benchmarks.Inbound;

/// <summary>The messages to classify: the repository's own by default.</summary>
internal static class Corpus
{
    private const string Own = "tests/TrendingMail.Tests/Inbound/Mails";

    public static Option<string[]> Folders { get; } = new("--mails")
    {
        Description = "Folders with .eml files",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [Own],
    };

    public static IReadOnlyList<byte[]> Read(string[] folders) =>
        [.. folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.eml").Order(StringComparer.Ordinal))
            .Select(File.ReadAllBytes)];
}
