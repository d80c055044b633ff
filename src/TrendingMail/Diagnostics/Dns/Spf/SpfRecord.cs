using System.Net;

namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>What a mechanism means for an address that it matches (RFC 7208 section 4.6.2).</summary>
internal enum SpfQualifier
{
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

internal enum SpfMechanismKind
{
    All,
    Include,
    A,
    Mx,
    Ptr,
    Ip4,
    Ip6,
    Exists,
}

/// <summary>A part of a record, separated from others by spaces.</summary>
/// <param name="Text">As it stands in the record.</param>
internal abstract record SpfTerm(string Text);

/// <summary>A term that matches addresses (RFC 7208 section 5).</summary>
internal sealed record SpfMechanism(string Text, SpfQualifier Qualifier, SpfMechanismKind Kind) : SpfTerm(Text)
{
    /// <summary>The domain after the colon, with macros; null for the domain of the record.</summary>
    public string? DomainSpec { get; init; }

    /// <summary>The address of ip4 and ip6.</summary>
    public IPAddress? Network { get; init; }

    /// <summary>How many bits of an IPv4 address count.</summary>
    public int Ip4Prefix { get; init; } = 32;

    /// <summary>How many bits of an IPv6 address count.</summary>
    public int Ip6Prefix { get; init; } = 128;

    /// <summary>Whether the mechanism counts towards the limit of ten (RFC 7208 section 4.6.4).</summary>
    public bool NeedsLookup => Kind is not (SpfMechanismKind.All or SpfMechanismKind.Ip4 or SpfMechanismKind.Ip6);
}

/// <summary>A term with an equals sign (RFC 7208 section 6); one that is not known is ignored.</summary>
internal sealed record SpfModifier(string Text, string Name, string Value) : SpfTerm(Text);

/// <summary>A term that is not valid: receivers then ignore the whole record (permerror).</summary>
/// <param name="Position">Where the term begins in the record, from 1.</param>
internal sealed record SpfSyntaxError(string Text, int Position, string Reason) : SpfTerm(Text)
{
    public override string ToString() => $"position {Position}: '{Text}' {Reason}";
}

/// <summary>A parsed SPF record.</summary>
internal sealed record SpfRecord(string Text, IReadOnlyList<SpfTerm> Terms)
{
    private const string Version = "v=spf1";

    public IEnumerable<SpfMechanism> Mechanisms => Terms.OfType<SpfMechanism>();

    public IEnumerable<SpfSyntaxError> Errors => Terms.OfType<SpfSyntaxError>();

    public SpfMechanism? All => Mechanisms.FirstOrDefault(term => term.Kind == SpfMechanismKind.All);

    /// <summary>Counts only without <c>all</c> (RFC 7208 section 6.1).</summary>
    public SpfModifier? Redirect => All is not null ? null : Terms.OfType<SpfModifier>()
        .FirstOrDefault(term => term.Name.Equals("redirect", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a TXT record is an SPF record (RFC 7208 section 4.5).</summary>
    public static bool IsSpf(string text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase)
        && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <summary>Formats a record of terms.</summary>
    public static string Format(IEnumerable<string> terms) => string.Join(' ', terms.Prepend(Version));
}
