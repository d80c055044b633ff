using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using TrendingMail.Configuration;
using TrendingMail.Messages;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.Diagnostics.Content;

/// <summary>Whether the DKIM signatures of the digest verify with our own keys, and cover what they must.</summary>
internal sealed class DigestDkimCheck(NewestDigest digests, SenderOptions sender) : DigestCheck(
    digests, "digest-dkim", "whether the DKIM signatures of the newest digest verify and cover its header")
{
    /// <summary>Gmail honors one-click unsubscribing only if these are signed (RFC 8058 section 4).</summary>
    private static readonly string[] MustBeSigned = ["from", "list-unsubscribe", "list-unsubscribe-post"];

    protected override async Task<IReadOnlyList<Finding>> JudgeAsync(
        ComposedDigest digest, CancellationToken cancellationToken)
    {
        if (sender.Dkim.Count == 0)
        {
            return [Finding.Warn("The program does not sign messages.",
                "Set Mail:Dkim:0:Domain, Mail:Dkim:0:Selector and Mail:Dkim:0:KeyFile, unless your relay signs for " +
                $"{sender.Domain}.")];
        }

        var verifier = new DkimVerifier(new OwnKeys(sender.Dkim));
        verifier.Enable(DkimSignatureAlgorithm.RsaSha256);
        verifier.Enable(DkimSignatureAlgorithm.Ed25519Sha256);
        var findings = new List<Finding>();
        foreach (var signature in digest.Message.Headers.Where(header => header.Id == HeaderId.DkimSignature))
        {
            findings.Add(await JudgeAsync(verifier, digest.Message, signature, cancellationToken));
        }

        return findings.Count > 0 ? findings
            : [Finding.Bad("The message has no DKIM signature although Mail:Dkim is set.", "Report this as a fault.")];
    }

    private static async Task<Finding> JudgeAsync(
        DkimVerifier verifier, MimeMessage message, Header signature, CancellationToken cancellationToken)
    {
        var tags = signature.Value.Split(';').Select(tag => tag.Split('=', 2)).Where(tag => tag.Length == 2)
            .ToDictionary(tag => tag[0].Trim(), tag => string.Concat(tag[1].Where(c => !char.IsWhiteSpace(c))));
        var subject = $"{tags["s"]}._domainkey.{tags["d"]}";
        var unsigned = MustBeSigned.Except(tags["h"].Split(':'), StringComparer.OrdinalIgnoreCase).ToArray();
        return (await verifier.VerifyAsync(message, signature, cancellationToken)
            ? unsigned.Length == 0
                ? Finding.Good($"The signature ({tags["a"]}) verifies.")
                : Finding.Warn($"The signature does not cover {string.Join(", ", unsigned)}.", "Sign these fields.")
            : Finding.Bad("The signature does not verify with the public key of Mail:Dkim.",
                "Create the key file again, and publish its public key.")).About(subject);
    }

    /// <summary>The public keys of our own key files, instead of those in DNS.</summary>
    private sealed class OwnKeys(IReadOnlyList<DkimOptions> options) : IDkimPublicKeyLocator
    {
        public AsymmetricKeyParameter LocatePublicKey(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            DkimPublicKey.Read(options.First(dkim =>
                InternetName.ToAscii(dkim.Domain).Equals(domain, StringComparison.OrdinalIgnoreCase) &&
                InternetName.ToAscii(dkim.Selector).Equals(selector, StringComparison.OrdinalIgnoreCase)).KeyFile);

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
