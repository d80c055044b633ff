using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace TrendingMail.Configuration;

/// <summary>
/// Converts internationalized domains (RFC 5890) to ASCII: headers, URLs, DNS and TLS carry no other form. The local
/// part of an address has no such form; it needs SMTPUTF8 (RFC 6531).
/// </summary>
public static class InternetName
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Converts the domain of an address.</summary>
    /// <returns>False if the domain has no ASCII form.</returns>
    public static bool TryToAscii(string address, [NotNullWhen(true)] out string? ascii)
    {
        var at = address.LastIndexOf('@');
        try
        {
            ascii = Ascii.IsValid(address.AsSpan(at + 1)) ? address
                : $"{address[..(at + 1)]}{Idn.GetAscii(address[(at + 1)..])}";
            return true;
        }
        catch (ArgumentException)
        {
            ascii = null;
            return false;
        }
    }

    /// <summary>Converts a host name or the domain of an address; one without an ASCII form stays as it is.</summary>
    public static string ToAscii(string name) => TryToAscii(name, out var ascii) ? ascii : name;

    /// <summary>A mailto URI (RFC 6068) in ASCII, without header fields.</summary>
    public static string ToMailto(string address)
    {
        var ascii = ToAscii(address);
        var at = ascii.LastIndexOf('@');
        return at < 0
            ? $"mailto:{Uri.EscapeDataString(ascii)}"
            : $"mailto:{Uri.EscapeDataString(ascii[..at]).Replace("%2B", "+", StringComparison.Ordinal)}{ascii[at..]}";
    }
}
