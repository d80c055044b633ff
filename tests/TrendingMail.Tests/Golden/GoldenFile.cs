using System.Text;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace TrendingMail.Tests.Golden;

/// <summary>
/// Compares text with a golden file in this folder. To accept an intended change, run the tests with the environment
/// variable <c>ACCEPT_GOLDEN=1</c> and review the difference in the commit.
/// </summary>
public static class GoldenFile
{
    public static void Verify(string name, string actual)
    {
        var path = Path.Combine(Repository.Tests, "Golden", name);
        if (Environment.GetEnvironmentVariable("ACCEPT_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual, new UTF8Encoding(false));
            return;
        }

        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (expected != actual)
        {
            Assert.Fail($"{name} differs (set ACCEPT_GOLDEN=1 to accept):\n{Difference(expected, actual)}");
        }
    }

    /// <summary>The lines that differ with one line of context; control characters are made visible.</summary>
    internal static string Difference(string expected, string actual)
    {
        var lines = InlineDiffBuilder.Diff(Visible(expected), Visible(actual), ignoreWhiteSpace: false).Lines;
        var shown = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            var around = lines.Take(i + 2).Skip(i - 1);
            if (around.Any(line => line.Type != ChangeType.Unchanged))
            {
                shown.Append(
                    lines[i].Type switch { ChangeType.Inserted => "+ ", ChangeType.Deleted => "- ", _ => "  " })
                    .Append(lines[i].Text).Append('\n');
            }
        }

        return shown.ToString();
    }

    private static string Visible(string text) => text
        .Replace("\r", "␍", StringComparison.Ordinal)
        .Replace("\t", "␉", StringComparison.Ordinal)
        .Replace("\u00a0", "␣", StringComparison.Ordinal);
}
