using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>Parses SPF records by the grammar of RFC 7208 section 12.</summary>
internal static partial class SpfParser
{
    private static readonly Dictionary<string, SpfMechanismKind> Mechanisms = Enum.GetValues<SpfMechanismKind>()
        .ToDictionary(kind => kind.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <param name="text">A text for which <see cref="SpfRecord.IsSpf"/> is true.</param>
    public static SpfRecord Parse(string text)
    {
        var terms = new List<SpfTerm>();
        var at = text.IndexOf(' ', StringComparison.Ordinal);
        while (at >= 0 && at < text.Length)
        {
            if (text[at] == ' ')
            {
                at++;
                continue;
            }

            var end = text.IndexOf(' ', at) is var space && space < 0 ? text.Length : space;
            terms.Add(ParseTerm(text[at..end], at + 1, terms));
            at = end;
        }

        return new SpfRecord(text, terms);
    }

    private static SpfTerm ParseTerm(string term, int position, List<SpfTerm> earlier)
    {
        SpfSyntaxError Error(string reason) => new(term, position, reason);

        if (ModifierPattern().Match(term) is { Success: true } modifier)
        {
            return ParseModifier(term, modifier, earlier, Error);
        }

        var match = MechanismPattern().Match(term);
        if (!match.Success || !Mechanisms.TryGetValue(match.Groups["name"].Value, out var kind))
        {
            return Error("is not a term of SPF");
        }

        var mechanism = new SpfMechanism(term, ParseQualifier(match.Groups["qualifier"].Value), kind);
        var rest = match.Groups["rest"].Value;
        return kind switch
        {
            SpfMechanismKind.All => rest.Length == 0 ? mechanism : Error("has something after 'all'"),
            SpfMechanismKind.Ip4 => ParseIp4(mechanism, rest, Error),
            SpfMechanismKind.Ip6 => ParseIp6(mechanism, rest, Error),
            SpfMechanismKind.A or SpfMechanismKind.Mx => ParseHost(mechanism, rest, Error),
            _ => ParseDomain(mechanism, rest, Error),
        };
    }

    private static SpfTerm ParseModifier(
        string term, Match match, List<SpfTerm> earlier, Func<string, SpfTerm> error)
    {
        var modifier = new SpfModifier(term, match.Groups["name"].Value, match.Groups["value"].Value);
        if (!modifier.Name.Equals("redirect", StringComparison.OrdinalIgnoreCase) &&
            !modifier.Name.Equals("exp", StringComparison.OrdinalIgnoreCase))
        {
            return modifier;
        }

        return earlier.OfType<SpfModifier>()
            .Any(other => other.Name.Equals(modifier.Name, StringComparison.OrdinalIgnoreCase))
            ? error("occurs a second time")
            : SpfMacro.FindFault(modifier.Value) is { } fault ? error(fault)
            : modifier;
    }

    private static SpfQualifier ParseQualifier(string sign) => sign switch
    {
        "-" => SpfQualifier.Fail,
        "~" => SpfQualifier.SoftFail,
        "?" => SpfQualifier.Neutral,
        _ => SpfQualifier.Pass,
    };

    private static SpfTerm ParseIp4(SpfMechanism mechanism, string rest, Func<string, SpfTerm> error)
    {
        var match = Ip4Pattern().Match(rest);
        if (!match.Success || !IPAddress.TryParse(match.Groups["address"].ValueSpan, out var network))
        {
            return error("has no IPv4 address, such as ip4:192.0.2.1, or an invalid prefix length");
        }

        var prefix = ParsePrefix(match.Groups["prefix"], 32);
        if (prefix > 32)
        {
            return error("has a prefix length of more than 32");
        }

        return mechanism with { Network = network, Ip4Prefix = prefix };
    }

    private static SpfTerm ParseIp6(SpfMechanism mechanism, string rest, Func<string, SpfTerm> error)
    {
        var match = Ip6Pattern().Match(rest);
        if (!match.Success || !IPAddress.TryParse(match.Groups["address"].ValueSpan, out var network) ||
            network.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return error("has no IPv6 address, such as ip6:2001:db8::1, or an invalid prefix length");
        }

        var prefix = ParsePrefix(match.Groups["prefix"], 128);
        if (prefix > 128)
        {
            return error("has a prefix length of more than 128");
        }

        return mechanism with { Network = network, Ip6Prefix = prefix };
    }

    private static SpfTerm ParseHost(SpfMechanism mechanism, string rest, Func<string, SpfTerm> error)
    {
        var match = HostPattern().Match(rest);
        if (!match.Success)
        {
            return error("has no domain or an invalid prefix length");
        }

        var (ip4, ip6) = (ParsePrefix(match.Groups["ip4"], 32), ParsePrefix(match.Groups["ip6"], 128));
        if (ip4 > 32 || ip6 > 128)
        {
            return error("has a prefix length that is too large");
        }

        mechanism = mechanism with { Ip4Prefix = ip4, Ip6Prefix = ip6 };
        return !match.Groups["domain"].Success ? mechanism
            : SpfMacro.FindFault(match.Groups["domain"].Value) is { } fault ? error(fault)
            : mechanism with { DomainSpec = match.Groups["domain"].Value };
    }

    private static SpfTerm ParseDomain(SpfMechanism mechanism, string rest, Func<string, SpfTerm> error)
    {
        if (rest.Length == 0 && mechanism.Kind == SpfMechanismKind.Ptr)
        {
            return mechanism;
        }

        if (rest.Length == 0 || rest[0] != ':')
        {
            return error("has no domain");
        }

        return SpfMacro.FindFault(rest[1..]) is { } fault
            ? error(fault)
            : mechanism with { DomainSpec = rest[1..] };
    }

    private static int ParsePrefix(Group digits, int absent) =>
        digits.Success ? int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : absent;

    [GeneratedRegex("^(?<name>[a-z][a-z0-9._-]*)=(?<value>.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex ModifierPattern();

    [GeneratedRegex("^(?<qualifier>[-+?~]?)(?<name>[a-z][a-z0-9]*)(?<rest>([:/].*)?)$", RegexOptions.IgnoreCase)]
    private static partial Regex MechanismPattern();

    [GeneratedRegex(@"^:(?<address>(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.|(?=/|$))){4})" +
        "(/(?<prefix>0|[1-9][0-9]?))?$")]
    private static partial Regex Ip4Pattern();

    [GeneratedRegex("^:(?<address>[0-9a-f:.]+)(/(?<prefix>0|[1-9][0-9]{0,2}))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Ip6Pattern();

    [GeneratedRegex("^(:(?<domain>[^/].*?|))?(/(?<ip4>0|[1-9][0-9]?))?(//(?<ip6>0|[1-9][0-9]{0,2}))?$")]
    private static partial Regex HostPattern();
}
