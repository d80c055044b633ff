using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using MimeKit;

namespace TrendingMail.Subscribers;

/// <summary>
/// A mailbox that may subscribe: local part and domain as defined by RFC 5321 section 4.1.2 and RFC 6531, excluding
/// forms that nobody enters on purpose (quoted local parts, comments, display names, address literals, single-label
/// domains).
/// </summary>
public sealed record EmailAddress
{
    private const int MaximumOctets = 254;

    private const int MaximumLocalOctets = 64;

    private static readonly ParserOptions Strict = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Strict,
        AllowAddressesWithoutDomain = false,
        AllowUnquotedCommasInAddresses = false,
    };

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private EmailAddress(string value, string key)
    {
        Value = value;
        Key = key;
    }

    /// <summary>The address to send to: the local part as entered, the domain in lower case.</summary>
    public string Value { get; }

    /// <summary>
    /// The normalized form by which mailboxes are compared: lower case, with the domain in ASCII (punycode). RFC 5321
    /// allows case-sensitive local parts, but no provider in practical use has them.
    /// </summary>
    public string Key { get; }

    /// <summary>The address with most of its local part hidden, for logs and for pages that others may see.</summary>
    public string Masked => Mask(Value);

    /// <summary>
    /// Parses an address. If it is not accepted, <paramref name="fault"/> holds the reason in words for its owner.
    /// </summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out EmailAddress? address, [NotNullWhen(false)] out string? fault)
    {
        address = null;
        fault = null;
        var trimmed = (text ?? "").Trim();
        var at = trimmed.LastIndexOf('@');
        if (at <= 0 || at == trimmed.Length - 1)
        {
            fault = "An email address looks like name@example.org.";
        }
        else if (trimmed.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or '(' or ')' or '"' or ','))
        {
            fault = "Please enter a plain address, without a name, quotes, brackets or spaces.";
        }
        else if (trimmed[at + 1] == '[')
        {
            fault = "Please enter an address with a domain name instead of an IP address.";
        }
        else if (!IsWellFormed(trimmed) || !MailboxAddress.TryParse(Strict, trimmed, out var mailbox) ||
            mailbox.Address.LastIndexOf('@') <= 0)
        {
            fault = "This is not a valid email address. Please check it for typos.";
        }
        else
        {
            fault = Create(trimmed[..at].Normalize(NormalizationForm.FormC), trimmed[(at + 1)..], out address);
        }

        return address is not null;
    }

    public override string ToString() => Value;

    /// <summary>See <see cref="Masked"/>.</summary>
    public static string Mask(string address)
    {
        var at = address.LastIndexOf('@');
        return at <= 0 ? "…" : $"{StringInfo.GetNextTextElement(address)}…{address[at..]}";
    }

    /// <summary>
    /// Whether the text is well-formed Unicode: no unpaired surrogates, replacement characters or noncharacters.
    /// </summary>
    private static bool IsWellFormed(string text) =>
        Ascii.IsValid(text) || text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar && (rune.Value & 0xFFFE) != 0xFFFE);

    private static string? Create(string local, string domain, out EmailAddress? address)
    {
        address = null;
        string ascii;
        try
        {
            ascii = Idn.GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return "The part after the @ is not a valid domain name.";
        }

        var labels = ascii.Split('.');
        if (labels.Length < 2 || labels[^1].All(char.IsAsciiDigit))
        {
            return "The part after the @ is not a complete domain name, such as example.org.";
        }

        if (Encoding.UTF8.GetByteCount(local) > MaximumLocalOctets ||
            Encoding.UTF8.GetByteCount(local) + 1 + ascii.Length > MaximumOctets)
        {
            return "This address is too long.";
        }

        address = new EmailAddress(
            $"{local}@{Idn.GetUnicode(ascii)}", $"{local.ToLowerInvariant()}@{ascii}");
        return null;
    }
}
