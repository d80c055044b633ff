using System.Text;
using System.Text.RegularExpressions;

namespace TrendingMail.Inbound.Classification.Reports;

/// <summary>
/// The fields about one recipient (RFC 3464 section 2.3), or of a feedback report. The parser tolerates common errors:
/// groups that are not separated, folded lines without indentation, a missing Final-Recipient.
/// </summary>
internal sealed partial class ReportFields
{
    private const int MaximumRecipients = 100;

    private static readonly HashSet<string> RecipientFieldNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "Final-Recipient", "Original-Recipient", "Action", "Status", "Diagnostic-Code", "Remote-MTA",
    };

    private readonly Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);

    public string? this[string name] => fields.GetValueOrDefault(name);

    /// <summary>The recipient's address; null if the group has none.</summary>
    public string? Address => ParseAddress(this["Final-Recipient"]) ?? ParseAddress(this["Original-Recipient"]);

    /// <summary>Parses the groups of fields that name a recipient.</summary>
    public static IReadOnlyList<ReportFields> ParseRecipients(string text)
    {
        var groups = new List<ReportFields>();
        var group = new ReportFields();
        foreach (var (name, value) in ReadFields(text))
        {
            // An empty line or a repeated field ends a group.
            var isNext = name.Length == 0 || (RecipientFieldNames.Contains(name) && group[name] is not null);
            if (isNext && group.Address is not null)
            {
                groups.Add(group);
                group = new ReportFields();
            }

            if (name.Length > 0)
            {
                group.fields.TryAdd(name, value);
            }

            if (groups.Count == MaximumRecipients)
            {
                return groups;
            }
        }

        if (group.Address is not null)
        {
            groups.Add(group);
        }

        return groups;
    }

    /// <summary>
    /// Parses all fields of a report about one message. The values of a repeated field are joined with line breaks.
    /// </summary>
    public static ReportFields ParseAll(string text)
    {
        var fields = new ReportFields();
        foreach (var (name, value) in ReadFields(text))
        {
            if (name.Length > 0 && !fields.fields.TryAdd(name, value) && fields.fields[name].Length < 10_000)
            {
                fields.fields[name] += $"\n{value}";
            }
        }

        return fields;
    }

    /// <summary>
    /// Parses the address in <c>rfc822; name@example.org</c> or <c>utf-8; ...</c> (RFC 6533 section 3); null if there
    /// is none.
    /// </summary>
    public static string? ParseAddress(string? value)
    {
        if (value is null)
        {
            return null;
        }

        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        var address = (semicolon < 0 ? value : value[(semicolon + 1)..]).Trim();
        if (address.Contains('<', StringComparison.Ordinal))
        {
            address = address[(address.LastIndexOf('<') + 1)..];
            var end = address.IndexOf('>', StringComparison.Ordinal);
            address = end >= 0 ? address[..end] : address;
        }

        address = EscapedCharacter()
            .Replace(address, m => Rune.TryCreate(Convert.ToInt32(m.Groups[1].Value, 16), out var rune)
            ? rune.ToString()
            : "\uFFFD").Trim(' ', '\'', ',');
        address = address is ['"', .., '"'] ? address[1..^1] : address;
        var space = address.IndexOf(' ', StringComparison.Ordinal);
        address = space > 0 ? address[..space] : address;
        return address.IndexOf('@', StringComparison.Ordinal) > 0 && address.Length <= 320 ? address : null;
    }

    private static IEnumerable<(string Name, string Value)> ReadFields(string text)
    {
        string? name = null;
        var value = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.TrimEnd();
            var colon = trimmed.IndexOf(':', StringComparison.Ordinal);
            if (trimmed.Length > 0 &&
                (trimmed[0] is ' ' or '\t' || !IsFieldName(trimmed.AsSpan(0, Math.Max(colon, 0)))))
            {
                if (name is not null && value.Length < 10_000)
                {
                    value.Append(' ').Append(trimmed.AsSpan().Trim());
                }

                continue;
            }

            if (name is not null)
            {
                yield return (name, value.ToString());
            }

            value.Clear();
            name = trimmed.Length == 0 ? null : trimmed[..colon];
            if (trimmed.Length == 0)
            {
                yield return ("", "");
            }
            else
            {
                value.Append(trimmed.AsSpan(colon + 1).Trim());
            }
        }

        if (name is not null)
        {
            yield return (name, value.ToString());
        }
    }

    private static bool IsFieldName(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 60 || !char.IsAsciiLetter(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"\\x\{([0-9A-Fa-f]{2,6})\}", RegexOptions.CultureInvariant)]
    private static partial Regex EscapedCharacter();
}
