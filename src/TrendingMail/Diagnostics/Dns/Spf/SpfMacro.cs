using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>The values that macros stand for (RFC 7208 section 7.2).</summary>
/// <param name="Domain">The domain of the record in which the macro stands.</param>
/// <param name="ValidatedName">The verified name of the address, for the letter p.</param>
internal sealed record SpfMacroValues(
    IPAddress Address, string Sender, string Helo, string Domain, string ValidatedName);

/// <summary>Macros in the domains of a record (RFC 7208 section 7).</summary>
internal static partial class SpfMacro
{
    private const int MaxNameLength = 253;

    /// <summary>Whether a name contains the macro for the verified name of the address.</summary>
    public static bool UsesValidatedName(string spec) => spec.Contains("%{p", StringComparison.OrdinalIgnoreCase);

    /// <summary>Why a domain-spec is not valid (RFC 7208 section 7.1); null if it is.</summary>
    public static string? FindFault(string spec)
    {
        if (spec.Length == 0)
        {
            return "has no domain";
        }

        if (spec.Any(c => c is < '!' or > '~'))
        {
            return "contains a character that is not allowed";
        }

        var literal = MacroPattern().Replace(spec, "");
        if (literal.Contains('%', StringComparison.Ordinal))
        {
            return "contains a % that begins no macro";
        }

        if (MacroPattern().Matches(spec).Select(macro => macro.Groups["letter"].Value.ToLowerInvariant())
            .FirstOrDefault(letter => letter is "c" or "r" or "t") is { } letter)
        {
            return $"contains the macro {letter}, which is allowed in explanations only";
        }

        return EndPattern().IsMatch(spec) ? null : "does not end like a domain name";
    }

    /// <summary>Replaces the macros; a name that becomes too long loses labels on the left.</summary>
    public static string Expand(string spec, SpfMacroValues values)
    {
        var name = MacroPattern().Replace(spec, macro => macro.Value switch
        {
            "%%" => "%",
            "%_" => " ",
            "%-" => "%20",
            _ => Expand(macro, values),
        }).TrimEnd('.');
        while (name.Length > MaxNameLength && name.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot)
        {
            name = name[(dot + 1)..];
        }

        return name;
    }

    private static string Expand(Match macro, SpfMacroValues values)
    {
        var letter = macro.Groups["letter"].Value;
        var delimiters = macro.Groups["delimiters"].Value;
        var parts = FindValue(letter[0], values)
            .Split(delimiters.Length > 0 ? delimiters.ToCharArray() : ['.']).AsEnumerable();
        if (macro.Groups["reverse"].Length > 0)
        {
            parts = parts.Reverse();
        }

        if (macro.Groups["digits"].Length > 0)
        {
            parts = parts.TakeLast(int.TryParse(
                macro.Groups["digits"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? count : int.MaxValue);
        }

        var text = string.Join('.', parts);
        return char.IsUpper(letter[0]) ? Uri.EscapeDataString(text) : text;
    }

    private static string FindValue(char letter, SpfMacroValues values)
    {
        var at = values.Sender.LastIndexOf('@');
        return char.ToLowerInvariant(letter) switch
        {
            's' => values.Sender,
            'l' => values.Sender[..at],
            'o' => values.Sender[(at + 1)..],
            'd' => values.Domain,
            'i' => FormatAddress(values.Address),
            'p' => values.ValidatedName,
            'h' => values.Helo,
            _ => values.Address.AddressFamily == AddressFamily.InterNetwork ? "in-addr" : "ip6",
        };
    }

    /// <summary>An IPv6 address is written as its digits, separated by dots.</summary>
    private static string FormatAddress(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString()
            : string.Join('.', Convert.ToHexStringLower(address.GetAddressBytes()).ToCharArray());

    [GeneratedRegex(
        @"%\{(?<letter>[slodiphcrtv])(?<digits>(?!0+r?[^0-9])[0-9]*)(?<reverse>r?)(?<delimiters>[.\-+,/_=]*)\}" +
        "|%%|%_|%-",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MacroPattern();

    /// <summary>A domain ends with a label that is not a number, or with a macro.</summary>
    [GeneratedRegex(
        @"(\.([a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])\.?|%\{[^}]*\})$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EndPattern();
}
