using System.Text;

namespace TrendingMail.Delivery.Replies.Rules;

/// <summary>
/// Reads an embedded table of tab-separated fields; lines that start with <c>#</c> are comments. The last field names
/// the software or provider that uses the phrase.
/// </summary>
internal static class RuleFile
{
    public static IEnumerable<string[]> Read(string name, int fields)
    {
        using var stream = typeof(RuleFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The embedded table {name} is missing.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var parts = line.Split('\t', StringSplitOptions.TrimEntries);
            if (parts.Length != fields || parts.Any(part => part.Length == 0))
            {
                throw new InvalidOperationException(
                    $"{name}, line {number}: expected {fields} tab-separated fields.");
            }

            yield return parts;
        }
    }
}
