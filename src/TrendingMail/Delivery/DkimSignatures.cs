using MimeKit;
using MimeKit.Cryptography;

namespace TrendingMail.Delivery;

/// <summary>The DKIM signatures (RFC 6376) that each mail gets, as <c>Mail:Dkim</c> lists them.</summary>
public sealed class DkimSignatures
{
    /// <summary>All that receivers show, thread or act by; what the message lacks is signed as absent.</summary>
    private static readonly HeaderId[] Signed =
    [
        HeaderId.From, HeaderId.To, HeaderId.ReplyTo, HeaderId.Subject, HeaderId.Date, HeaderId.MessageId,
        HeaderId.MimeVersion, HeaderId.ContentType, HeaderId.ListId, HeaderId.ListUnsubscribe,
        HeaderId.ListUnsubscribePost, HeaderId.ListArchive, HeaderId.ListHelp, HeaderId.AutoSubmitted,
    ];

    private readonly DkimSigner[] signers;

    /// <exception cref="TrendingMailException">A key file cannot be read.</exception>
    public DkimSignatures(IReadOnlyList<DkimOptions> options)
    {
        signers = [.. options.Select(Signer)];
    }

    public void Sign(MimeMessage message)
    {
        foreach (var signer in signers)
        {
            signer.Sign(message, Signed);
        }
    }

    private static DkimSigner Signer(DkimOptions dkim)
    {
        try
        {
            return new DkimSigner(dkim.KeyFile, dkim.Domain, dkim.Selector,
                dkim.Algorithm == DkimAlgorithm.RsaSha256
                    ? DkimSignatureAlgorithm.RsaSha256
                    : DkimSignatureAlgorithm.Ed25519Sha256)
            {
                HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
                BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            throw new TrendingMailException(
                $"Mail:Dkim key file {dkim.KeyFile} holds no private key that can be read: {e.Message}", e);
        }
    }
}
