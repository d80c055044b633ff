using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MimeKit;
using TrendingMail.Configuration;
using TrendingMail.Messages.Mime;

namespace TrendingMail.Messages.Dkim;

/// <summary>
/// Adds the DKIM signatures (RFC 6376) configured in <c>Mail:Dkim</c>: relaxed header, simple body. The body is 7-bit
/// and has no trailing white space, so relays have no reason to change it, and it can be hashed unmodified. Signatures
/// cover the bytes that are sent and are the same at every attempt.
/// </summary>
public sealed class DkimSignatures : IDisposable
{
    /// <summary>Enough bytes for the signature field of a 4,096-bit key.</summary>
    private const int TypicalFieldLength = 2 << 10;

    private readonly (byte[] FieldPrefix, DkimKey Key)[] signers;

    /// <exception cref="TrendingMailException">A key file cannot be read.</exception>
    public DkimSignatures(IReadOnlyList<DkimOptions> options)
    {
        signers = [.. options.Select(dkim => CreateSigner(dkim, DkimKey.Read(dkim.KeyFile, dkim.Algorithm)))];
    }

    /// <summary>The headroom to reserve in a message for its signatures.</summary>
    public int Headroom => signers.Length * TypicalFieldLength;

    /// <summary>Serializes and signs a message.</summary>
    public WireBuffer Sign(MimeMessage message)
    {
        var buffer = MimeBuilder.Write(message, Headroom);
        Sign(buffer, buffer.Written.IndexOf("\r\n\r\n"u8) + 2, message.Date);
        return buffer;
    }

    /// <summary>Prepends the DKIM-Signature fields to a message.</summary>
    /// <param name="message">The header, an empty line and the body.</param>
    /// <param name="headerLength">The length of the header in bytes, without the empty line.</param>
    /// <param name="timestamp">The signature timestamp, for the <c>t</c> tag.</param>
    public void Sign(WireBuffer message, int headerLength, DateTimeOffset timestamp)
    {
        if (signers.Length == 0)
        {
            return;
        }

        if (!message.Written.EndsWith("\r\n"u8))
        {
            // SMTP adds the missing CRLF (RFC 5321 section 4.1.1.4), and the receiver hashes it too.
            message.Append("\r\n"u8);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> bodyHash = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(SHA256.HashSizeInBytes)];
        SHA256.HashData(CanonicalizeBody(message.Written[(headerLength + 2)..]), hash);
        Base64.EncodeToUtf8(hash, bodyHash, out _, out _);
        using var signed = new WireBuffer(4 << 10);
        using var output = new WireBuffer(Headroom);
        var names = DkimHeaderFields.AppendSigned(message.Written[..headerLength], signed);
        var fields = signed.Length;
        foreach (var (fieldPrefix, key) in signers)
        {
            var start = output.Length;
            output.Append(fieldPrefix);
            timestamp.ToUnixTimeSeconds()
                .TryFormat(output.GetSpan(20), out var digits, provider: CultureInfo.InvariantCulture);
            output.Advance(digits);
            output.Append(";\r\n bh="u8);
            output.Append(bodyHash);
            output.Append(";\r\n h="u8);
            output.Append(names);
            output.Append(";\r\n b="u8);
            DkimHeaderFields.AppendField(output.Written[start..], signed);
            SHA256.HashData(signed.Written, hash);
            AppendSignature(key, hash, output);
            signed.Truncate(fields);
        }

        message.Prepend(output.Written);
    }

    public void Dispose()
    {
        foreach (var (_, key) in signers)
        {
            key.Dispose();
        }
    }

    /// <summary>A key with the constant beginning of its signature field, up to the timestamp.</summary>
    private static (byte[] FieldPrefix, DkimKey Key) CreateSigner(DkimOptions options, DkimKey key) =>
        (Encoding.ASCII.GetBytes(
        $"DKIM-Signature: v=1; a={key.Algorithm}; c=relaxed/simple;\r\n " +
            $"d={InternetName.ToAscii(options.Domain)};\r\n s={InternetName.ToAscii(options.Selector)}; t="), key);

    /// <summary>
    /// The simple body canonicalization: exactly one CRLF at the end, even if it is empty (RFC 6376 section 3.4.3).
    /// </summary>
    /// <param name="body">Empty or ending with CRLF.</param>
    private static ReadOnlySpan<byte> CanonicalizeBody(ReadOnlySpan<byte> body)
    {
        while (body.EndsWith("\r\n\r\n"u8))
        {
            body = body[..^2];
        }

        return body.IsEmpty ? "\r\n"u8 : body;
    }

    private static void AppendSignature(DkimKey key, ReadOnlySpan<byte> hash, WireBuffer output)
    {
        const int Line = 72;
        Span<byte> signature = stackalloc byte[key.SignatureLength];
        key.Sign(hash, signature);
        Span<byte> text = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(signature.Length)];
        Base64.EncodeToUtf8(signature, text, out _, out var length);
        for (var at = 0; at < length; at += Line)
        {
            if (at > 0)
            {
                output.Append("\r\n "u8);
            }

            output.Append(text[at..Math.Min(length, at + Line)]);
        }

        output.Append("\r\n"u8);
    }
}
