using System.CommandLine;

namespace TrendingMail.Benchmarks.Inbound;

/// <summary>The mails that are classified: the repository's own, and those of further folders.</summary>
internal static class Corpus
{
    private const string Own = "tests/TrendingMail.Tests/Inbound/Mails";

    public static Option<string[]> Folders { get; } = new("--mails")
    {
        Description = "Folders of mails",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [Own],
    };

    public static IReadOnlyList<byte[]> Read(string[] folders) =>
        [.. folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.eml").Order(StringComparer.Ordinal)).Select(File.ReadAllBytes)];
}
