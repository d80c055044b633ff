using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MimeKit;
using TrendingMail.Rendering;

namespace TrendingMail.Delivery;

/// <summary>
/// The DKIM signatures (RFC 6376) that each mail gets, as <c>Mail:Dkim</c> lists them: relaxed header, simple body. The body
/// is 7-bit and has no blank at the end of a line, so nothing that relays do to blanks touches it, and it is hashed as it
/// stands. Signatures are made over the bytes that leave, and are the same at each attempt.
/// </summary>
public sealed class DkimSignatures : IDisposable
{
    /// <summary>Bytes of a signature's field with a key of 4,096 bits.</summary>
    private const int UsualField = 2 << 10;

    private readonly (byte[] Beginning, DkimKey Key)[] signers;

    /// <exception cref="TrendingMailException">A key file cannot be read.</exception>
    public DkimSignatures(IReadOnlyList<DkimOptions> options)
    {
        signers = [.. options.Select(dkim => Signer(dkim, DkimKey.Read(dkim.KeyFile, dkim.Algorithm)))];
    }

    /// <summary>The headroom that a mail needs for its signatures.</summary>
    public int Headroom => signers.Length * UsualField;

    /// <summary>The message as it leaves, with its signatures.</summary>
    public WireBuffer Sign(MimeMessage message)
    {
        var written = MimeBuilder.Write(message, Headroom);
        Sign(written, written.Written.IndexOf("\r\n\r\n"u8) + 2, message.Date);
        return written;
    }

    /// <summary>Puts the signatures' header fields before a mail.</summary>
    /// <param name="message">Header, an empty line and body.</param>
    /// <param name="headerLength">Bytes of all its fields.</param>
    /// <param name="at">When the mail was made, for the tag <c>t</c>.</param>
    public void Sign(WireBuffer message, int headerLength, DateTimeOffset at)
    {
        if (signers.Length == 0)
        {
            return;
        }

        if (!message.Written.EndsWith("\r\n"u8))
        {
            // SMTP ends each message so (RFC 5321 section 4.1.1.4), and that is what the receiver hashes.
            message.Append("\r\n"u8);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> bodyHash = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(SHA256.HashSizeInBytes)];
        SHA256.HashData(Simple(message.Written[(headerLength + 2)..]), hash);
        Base64.EncodeToUtf8(hash, bodyHash, out _, out _);
        using var signed = new WireBuffer(4 << 10);
        using var output = new WireBuffer(Headroom);
        var names = DkimHeader.Append(message.Written[..headerLength], signed);
        var fields = signed.Length;
        foreach (var (beginning, key) in signers)
        {
            var start = output.Length;
            output.Append(beginning);
            at.ToUnixTimeSeconds().TryFormat(output.Room(20), out var digits, provider: CultureInfo.InvariantCulture);
            output.Advance(digits);
            output.Append(";\r\n bh="u8);
            output.Append(bodyHash);
            output.Append(";\r\n h="u8);
            output.Append(names);
            output.Append(";\r\n b="u8);
            DkimHeader.AppendField(output.Written[start..], signed);
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

    /// <summary>All of a signature's field before its time.</summary>
    private static (byte[] Beginning, DkimKey Key) Signer(DkimOptions options, DkimKey key) => (Encoding.ASCII.GetBytes(
        $"DKIM-Signature: v=1; a={key.Algorithm}; c=relaxed/simple;\r\n d={options.Domain};\r\n s={options.Selector}; t="), key);

    /// <summary>A body as it is hashed: one line's end at its end, also where it is empty (RFC 6376 section 3.4.3).</summary>
    /// <param name="body">Empty, or ends with CRLF.</param>
    private static ReadOnlySpan<byte> Simple(ReadOnlySpan<byte> body)
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
