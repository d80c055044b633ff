using System.Net;

namespace TrendingMail.Worker.Web.Clients;

/// <summary>
/// Parses the header in which proxies name the client. The framework's middleware reads neither <c>Forwarded</c> nor
/// reports that a client stays unknown, so that it would take a proxy for the client.
/// </summary>
internal static class ForwardedHeader
{
    /// <summary>The addresses in a header, in the order of the hops; null for one that cannot be read.</summary>
    /// <param name="name">The header's name, which decides its syntax.</param>
    public static IReadOnlyList<IPAddress?> Parse(string name, IEnumerable<string?> lines)
    {
        var value = string.Join(',', lines);
        if (name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase))
        {
            return [.. Split(value, ',').Select(element => ParseNode(FindFor(element)))];
        }

        return name.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase)
            ? [.. value.Split(',').Select(ParseNode)]
            : [ParseNode(value)];
    }

    /// <summary>Parses an address, perhaps with a port and in brackets or quotes (RFC 7239 section 6).</summary>
    private static IPAddress? ParseNode(string? text)
    {
        var node = text?.Trim().Trim('"') ?? "";
        return node.AsSpan().ContainsAny('.', ':') && !node.Contains('%', StringComparison.Ordinal) &&
            IPEndPoint.TryParse(node, out var endPoint)
            ? endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address
            : null;
    }

    private static string? FindFor(string element) => Split(element, ';')
        .Select(pair => pair.Trim())
        .Where(pair => pair.StartsWith("for=", StringComparison.OrdinalIgnoreCase))
        .Select(pair => pair["for=".Length..])
        .FirstOrDefault();

    /// <summary>Splits at a separator outside quotes. After a quote that is never closed, nothing is split.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        var (start, isQuoted) = (0, false);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[at] == separator && !isQuoted)
            {
                yield return text[start..at];
                start = at + 1;
            }
        }

        yield return text[start..];
    }
}
