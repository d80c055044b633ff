using System.Net.Mail;
using TrendingMail.Configuration;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.Messages;

/// <summary>The settings of section <c>Mail</c> that are visible in messages: addresses and signatures.</summary>
public record SenderOptions
{
    /// <summary>The address in the From header.</summary>
    /// <value>an email address</value>
    public string From { get; init; } = "trendingmail@localhost";

    /// <summary>Where replies go; empty for <see cref="From"/>.</summary>
    /// <value>an email address</value>
    public string ReplyTo { get; init; } = "";

    /// <summary>
    /// The mailbox that receives bounces. Each message gets its own return path as a subaddress of it (bounces+…@…), so
    /// the mail server must accept subaddresses. Empty to use <see cref="From"/> unchanged; then most reports that come
    /// by mail cannot be verified, and suppress nobody.
    /// </summary>
    /// <value>an email address</value>
    public string BounceAddress { get; init; } = "";

    /// <summary>The signatures that are added to every message.</summary>
    public IReadOnlyList<DkimOptions> Dkim { get; init; } = [];

    /// <summary>The part of <see cref="From"/> after the @, in ASCII.</summary>
    public string Domain => InternetName.ToAscii(From[(From.LastIndexOf('@') + 1)..]);

    protected IEnumerable<string> ValidateSender()
    {
        foreach (var (key, value) in new[]
            { (nameof(From), From), (nameof(ReplyTo), ReplyTo), (nameof(BounceAddress), BounceAddress) })
        {
            if (value.Length == 0 && key != nameof(From))
            {
                continue;
            }

            if (!MailAddress.TryCreate(value, out _))
            {
                yield return $"Mail:{key} '{value}' is not an email address.";
            }
            else if (!InternetName.TryToAscii(value, out _))
            {
                yield return $"Mail:{key} '{value}' has a domain that is not valid.";
            }
            else if (value.AsSpan().ContainsAny(" <>\""))
            {
                yield return $"Mail:{key} '{value}' has a name or quotes around it; give the address alone.";
            }
        }
    }

    protected IEnumerable<string> ValidateDkim() => [.. Dkim.SelectMany(ValidateDkim), .. ValidateAlignment()];

    /// <summary>
    /// DMARC (RFC 7489) counts a signature only if its domain is that of From, or one above or below it.
    /// </summary>
    private IEnumerable<string> ValidateAlignment()
    {
        if (InternetName.TryToAscii(From, out var from) && Dkim.Count > 0 &&
            Dkim.All(dkim => InternetName.TryToAscii(dkim.Domain, out var signer) && signer.Length > 0 &&
                !IsAligned(signer, from[(from.LastIndexOf('@') + 1)..])))
        {
            yield return $"Mail:Dkim has no signature for the domain of Mail:From '{From}', so that receivers with " +
                "DMARC reject the mail; add one whose Domain is that domain.";
        }
    }

    private static bool IsAligned(string signer, string from) =>
        $".{signer}".EndsWith($".{from}", StringComparison.OrdinalIgnoreCase) ||
        $".{from}".EndsWith($".{signer}", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> ValidateDkim(DkimOptions dkim, int index)
    {
        var key = $"Mail:Dkim:{index}";
        if (string.IsNullOrWhiteSpace(dkim.Domain) || string.IsNullOrWhiteSpace(dkim.Selector))
        {
            yield return $"{key} needs a Domain and a Selector.";
        }
        else if (!InternetName.TryToAscii(dkim.Domain, out _) || !InternetName.TryToAscii(dkim.Selector, out _))
        {
            yield return $"{key} has a Domain or a Selector that is not valid.";
        }

        if (!File.Exists(dkim.KeyFile))
        {
            yield return $"{key}:KeyFile '{dkim.KeyFile}' does not exist; give a private key as a PEM file.";
        }
    }
}
