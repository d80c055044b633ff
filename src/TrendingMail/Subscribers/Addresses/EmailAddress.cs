using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using MimeKit;

namespace TrendingMail.Subscribers.Addresses;

/// <summary>
/// A mailbox that may subscribe: local part and domain as defined by RFC 5321 section 4.1.2 and RFC 6531, excluding
/// forms that nobody enters on purpose (quoted local parts, comments, display names, address literals, single-label
/// domains).
/// </summary>
public sealed record EmailAddress
{
    private const int MaximumOctets = 254;

    private const int MaximumLocalOctets = 64;

    /// <summary>
    /// The maximum length of a text in characters: decomposed, and with what pasting leaves around it.
    /// </summary>
    private const int MaximumInput = 512;

    /// <summary>The longest text element to show in full: the emoji of a family has 11 characters.</summary>
    private const int MaximumTextElement = 16;

    private const string TooLong = "This address is too long.";

    private static readonly ParserOptions Strict = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Strict,
        AllowAddressesWithoutDomain = false,
        AllowUnquotedCommasInAddresses = false,
    };

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
    /// Parses an address, ignoring what pasting leaves around it. If it is not accepted, <paramref name="fault"/> holds
    /// the reason in words for its owner.
    /// </summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out EmailAddress? address, [NotNullWhen(false)] out string? fault)
    {
        address = null;

        // Before anything else looks at the text: normalization and IDNA take more than linear time.
        if (text?.Length > MaximumInput)
        {
            fault = TooLong;
            return false;
        }

        var pasted = InvisibleCharacters.TrimPasted(text);
        var trimmed = text?.Length == pasted.Length ? text : pasted.ToString();
        var at = trimmed.LastIndexOf('@');
        fault = FindSyntaxFault(trimmed, at) ??
            Create(trimmed[..at].Normalize(NormalizationForm.FormC), trimmed[(at + 1)..], out address);
        return address is not null;
    }

    public override string ToString() => Value;

    /// <summary>See <see cref="Masked"/>.</summary>
    public static string Mask(string address)
    {
        var at = address.LastIndexOf('@');
        if (at <= 0)
        {
            return "…";
        }

        // A text element has no maximum length: it may be a letter with any number of combining marks.
        var first = StringInfo.GetNextTextElementLength(address.AsSpan(0, Math.Min(at, MaximumTextElement + 1)));
        var shown = first <= MaximumTextElement ? address.AsSpan(0, first) : [];
        var domain = address.AsSpan(at);
        return domain.Length <= MaximumOctets ? $"{shown}…{domain}" : $"{shown}…{domain[..MaximumOctets]}…";
    }

    private static string? FindSyntaxFault(string text, int at)
    {
        if (at <= 0 || at == text.Length - 1)
        {
            return "An email address looks like name@example.org.";
        }

        if (text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or '(' or ')' or '"' or ','))
        {
            return "Please enter a plain address, without a name, quotes, brackets or spaces.";
        }

        if (InvisibleCharacters.FindIn(text) is { } invisible)
        {
            return $"The address contains an invisible character (U+{invisible.Value:X4}). Please type it by hand.";
        }

        if (text[at + 1] == '[')
        {
            return "Please enter an address with a domain name instead of an IP address.";
        }

        return !IsWellFormed(text) || !MailboxAddress.TryParse(Strict, text, out var mailbox) ||
            mailbox.Address.LastIndexOf('@') <= 0
                ? "This is not a valid email address. Please check it for typos."
                : null;
    }

    /// <summary>
    /// Whether the text is well-formed Unicode: no unpaired surrogates, replacement characters or noncharacters.
    /// </summary>
    private static bool IsWellFormed(string text) => Ascii.IsValid(text) ||
        text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar && (rune.Value & 0xFFFE) != 0xFFFE);

    private static string? Create(string local, string domain, out EmailAddress? address)
    {
        address = null;
        if (!DomainName.TryParse(domain, out var ascii, out var unicode))
        {
            return "The part after the @ is not a valid domain name.";
        }

        if (!DomainName.IsComplete(ascii))
        {
            return "The part after the @ is not a complete domain name, such as example.org.";
        }

        var localOctets = Encoding.UTF8.GetByteCount(local);
        if (localOctets > MaximumLocalOctets || localOctets + 1 + ascii.Length > MaximumOctets)
        {
            return TooLong;
        }

        address = new EmailAddress($"{local}@{unicode}", $"{local.ToLowerInvariant()}@{ascii}");
        return null;
    }
}
