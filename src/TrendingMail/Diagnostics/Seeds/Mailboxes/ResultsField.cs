using System.Text;
using System.Text.RegularExpressions;

namespace TrendingMail.Diagnostics.Seeds.Mailboxes;

/// <summary>
/// An Authentication-Results field, as lenient as providers are inventive: Outlook.com names no host, and Fastmail adds
/// properties that RFC 8601 does not know, for which MimeKit rejects the whole field.
/// </summary>
/// <param name="Text">The field, unfolded.</param>
/// <param name="Host">The authserv-id; empty if the field has none.</param>
/// <param name="Results">Methods and results, in lower case.</param>
internal sealed partial record ResultsField(
    string Text, string Host, IReadOnlyList<(string Method, string Result)> Results)
{
    /// <summary>More than any provider writes; a field can be as long as a message.</summary>
    private const int MaximumLength = 4000;

    public static ResultsField Parse(string value)
    {
        var text = string.Join(' ', value[..Math.Min(value.Length, MaximumLength)]
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var parts = WithoutCommentsAndQuotes(text).Split(';');
        var results = parts.Select(part => MethodAndResult().Match(part)).ToArray();
        return new ResultsField(
            text,
            results[0].Success ? "" : parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(""),
            [
                .. results.Where(result => result.Success).Select(result => (
                    result.Groups["method"].Value.ToLowerInvariant(),
                    result.Groups["result"].Value.ToLowerInvariant())),
            ]);
    }

    /// <summary>Comments, which may be nested, and quoted strings hold text of the sender's.</summary>
    private static string WithoutCommentsAndQuotes(string text)
    {
        var (kept, depth, isQuoted) = (new StringBuilder(text.Length), 0, false);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '"' when depth == 0:
                    isQuoted = !isQuoted;
                    break;
                case '(' when !isQuoted:
                    depth++;
                    break;
                case ')' when !isQuoted && depth > 0:
                    depth--;
                    break;
                case var other when depth == 0 && !isQuoted:
                    kept.Append(other);
                    break;
            }
        }

        return kept.ToString();
    }

    [GeneratedRegex(@"^\s*(?<method>[a-z][a-z0-9-]*)\s*(/\s*\d+\s*)?=\s*(?<result>[a-z][a-z0-9-]*)",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MethodAndResult();
}
