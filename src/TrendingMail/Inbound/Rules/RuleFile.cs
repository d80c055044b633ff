using System.Text;

namespace TrendingMail.Inbound.Rules;

/// <summary>
/// A table that lies in the program: lines of fields between tabs, <c>#</c> for remarks. The last field names the
/// server whose words the line was made for.
/// </summary>
internal static class RuleFile
{
    public static IEnumerable<string[]> Read(string name, int fields)
    {
        using var stream = typeof(RuleFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The table {name} is not in the program.");
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
                    $"{name}, line {number}: {fields} fields are expected, between tabs.");
            }

            yield return parts;
        }
    }
}
