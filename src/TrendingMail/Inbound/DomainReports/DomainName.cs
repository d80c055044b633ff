using System.Buffers;
using TrendingMail.Configuration;

namespace TrendingMail.Inbound.DomainReports;

/// <summary>Compares the domains in reports.</summary>
internal static class DomainName
{
    private const int MaximumLength = 253;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>A domain in lower case and ASCII; null if the text is none.</summary>
    public static string? Parse(string? text)
    {
        if (text is null || text.Length > MaximumLength + 20)
        {
            return null;
        }

        var domain = InternetName.ToAscii(text.Trim().TrimEnd('.')).ToLowerInvariant();
        return domain.Length is > 0 and <= MaximumLength && !domain.AsSpan().ContainsAnyExcept(Characters) &&
            domain[0] != '.' && !domain.Contains("..", StringComparison.Ordinal)
            ? domain
            : null;
    }

    /// <summary>The domain of an address; null if it has none.</summary>
    public static string? FromAddress(string address) =>
        address.LastIndexOf('@') is >= 0 and var at ? Parse(address[(at + 1)..].TrimEnd('>', ' ')) : null;

    /// <summary>Whether a domain is another one or a subdomain of it.</summary>
    public static bool IsWithin(string domain, string parent) =>
        domain.EndsWith(parent, StringComparison.OrdinalIgnoreCase) &&
        (domain.Length == parent.Length || domain[^(parent.Length + 1)] == '.');
}
