using System.Text.RegularExpressions;
using TrendingMail.Configuration;
using TrendingMail.Messages;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.Diagnostics.Dns.Dkim;

/// <summary>Creates and shows DKIM keys with the records that publish them.</summary>
public sealed partial class DkimKeyService(SenderOptions sender)
{
    /// <summary>The file of a selector's key, if none is given.</summary>
    public static string DefaultFile(string selector) => Path.Combine("dkim", $"{selector}.pem");

    /// <param name="domain">The signing domain; null for that of the sender.</param>
    /// <param name="file">The file for the private key, which must not exist.</param>
    /// <exception cref="TrendingMailException">
    /// The selector or the domain is not valid, or the file exists or cannot be written.
    /// </exception>
    public DkimPublication Create(string selector, string? domain, DkimAlgorithm algorithm, string file)
    {
        domain ??= sender.Domain;
        if (!DomainPattern().IsMatch(InternetName.ToAscii(selector)))
        {
            throw new TrendingMailException(
                $"'{selector}' is not a selector: use letters, digits and hyphens, such as s1.");
        }

        if (!DomainPattern().IsMatch(InternetName.ToAscii(domain)) || !domain.Contains('.', StringComparison.Ordinal))
        {
            throw new TrendingMailException(
                $"'{domain}' is not a domain that can sign mail. Set Mail:From or give --domain, such as " +
                "papers.example.org.");
        }

        return Describe(
            new DkimOptions { Domain = domain, Selector = selector, Algorithm = algorithm, KeyFile = file },
            DkimKeyFile.Create(file, algorithm));
    }

    /// <summary>The keys that sign mail.</summary>
    /// <param name="selectors">Empty for all of them.</param>
    /// <exception cref="TrendingMailException">There is no such key, or a key file cannot be read.</exception>
    public IReadOnlyList<DkimPublication> Show(IReadOnlyCollection<string> selectors)
    {
        if (sender.Dkim.Count == 0)
        {
            throw new TrendingMailException("Mail:Dkim names no key; 'dkim create s1' creates one.");
        }

        return selectors.FirstOrDefault(name => sender.Dkim.All(dkim => dkim.Selector != name)) is { } unknown
            ? throw new TrendingMailException($"Mail:Dkim has no key with the selector {unknown}; it has " +
                $"{string.Join(", ", sender.Dkim.Select(dkim => dkim.Selector))}.")
            : [
                .. sender.Dkim.Where(dkim => selectors.Count == 0 || selectors.Contains(dkim.Selector))
                    .Select(dkim => Describe(dkim, DkimKeyFile.Read(dkim.KeyFile, dkim.Algorithm))),
            ];
    }

    private static DkimPublication Describe(DkimOptions dkim, DkimPublicKey key)
    {
        var name = RecordName(dkim);
        var record = key.ToRecord();
        return new DkimPublication(
            InternetName.ToAscii(dkim.Domain), dkim.Selector, dkim.Algorithm, dkim.KeyFile, name, record,
            Dns.ZoneLine.Text(name, record));
    }

    internal static string RecordName(DkimOptions dkim) =>
        $"{InternetName.ToAscii(dkim.Selector)}._domainkey.{InternetName.ToAscii(dkim.Domain)}".ToLowerInvariant();

    [GeneratedRegex(
        @"^(?=.{1,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DomainPattern();
}
