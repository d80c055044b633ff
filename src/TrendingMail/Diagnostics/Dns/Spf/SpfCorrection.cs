using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>Guesses what a term with an error was meant to be, from the mistakes that are common.</summary>
internal static partial class SpfCorrection
{
    /// <returns>A valid term; null if it is not clear what was meant.</returns>
    public static string? Suggest(string term)
    {
        var text = term.Trim(',', ';', '"', '\'', '\\', '\u200b', '\u00a0');
        text = text.Replace(":=", ":", StringComparison.Ordinal);
        if (ToAddress(text) is { } address)
        {
            return address;
        }

        if (PrefixedPattern().Match(text) is { Success: true } match)
        {
            return ToAddress(match.Groups["address"].Value);
        }

        return text != term && IsValid(text) ? text
            : DomainPattern().IsMatch(text) && IsValid($"include:{text}") ? $"include:{text}"
            : null;
    }

    /// <summary>The mechanism that a modifier such as <c>include=a.test</c> was meant to be; null if none.</summary>
    public static string? Suggest(SpfModifier modifier) =>
        modifier.Name.ToLowerInvariant() is "include" or "a" or "mx" or "ip4" or "ip6" or "exists" or "ptr" or "all"
            && IsValid($"{modifier.Name}:{modifier.Value}")
            ? $"{modifier.Name}:{modifier.Value}"
            : null;

    private static string? ToAddress(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var mechanism = IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address)
            ? $"{(address.AddressFamily == AddressFamily.InterNetwork ? "ip4" : "ip6")}:{text}"
            : null;
        return mechanism is not null && IsValid(mechanism) ? mechanism : null;
    }

    private static bool IsValid(string term) => !SpfParser.Parse($"v=spf1 {term}").Errors.Any();

    [GeneratedRegex(
        @"^\+?(ip|ipv4|ipv6|ip4|ip6|a|mx|include)[:=/]+(?<address>[0-9a-f.:]+(/[0-9]+)?)$", RegexOptions.IgnoreCase)]
    private static partial Regex PrefixedPattern();

    [GeneratedRegex(@"^[a-z0-9_-]+(\.[a-z0-9_-]+)+$", RegexOptions.IgnoreCase)]
    private static partial Regex DomainPattern();
}
