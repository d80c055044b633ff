using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using MimeKit;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Variants;

namespace TrendingMail.Delivery;

/// <summary>
/// The DKIM signatures (RFC 6376) that each mail gets, as <c>Mail:Dkim</c> lists them: relaxed header and body. They are
/// made over the bytes that leave, and are the same at each attempt.
/// </summary>
public sealed class DkimSignatures : IDisposable
{
    private readonly (DkimOptions Options, DkimKey Key)[] signers;

    /// <exception cref="TrendingMailException">A key file cannot be read.</exception>
    public DkimSignatures(IReadOnlyList<DkimOptions> options)
    {
        signers = [.. options.Select(dkim => (dkim, DkimKey.Read(dkim.KeyFile, dkim.Algorithm)))];
    }

    /// <summary>Whether mails are signed at all.</summary>
    public bool Any => signers.Length > 0;

    /// <summary>The message as it leaves, with its signatures.</summary>
    public WireBuffer Sign(MimeMessage message)
    {
        using var written = MimeBuilder.Write(message);
        var end = written.Written.IndexOf("\r\n\r\n"u8) + 2;
        var header = written.Written[..end];
        var body = written.Written[(end + 2)..];
        using var canonical = new WireBuffer(body.Length + 2);
        RelaxedBody.Append(body, canonical);
        RelaxedBody.End(canonical);
        var signed = new WireBuffer(written.Length + (2 << 10));
        Append(header, canonical.Written, message.Date, signed);
        signed.Append(written.Written);
        return signed;
    }

    /// <summary>Appends the signatures' header fields.</summary>
    /// <param name="header">All fields of the mail.</param>
    /// <param name="canonicalBody">See <see cref="RelaxedBody"/>.</param>
    /// <param name="at">When the mail was made, for the tag <c>t</c>.</param>
    public void Append(ReadOnlySpan<byte> header, ReadOnlySpan<byte> canonicalBody, DateTimeOffset at, WireBuffer output)
    {
        if (!Any)
        {
            return;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> bodyHash = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(SHA256.HashSizeInBytes)];
        SHA256.HashData(canonicalBody, hash);
        Base64.EncodeToUtf8(hash, bodyHash, out _, out _);
        using var input = new WireBuffer(4 << 10);
        var names = DkimHeader.Append(header, input);
        var fields = input.Length;
        foreach (var (options, key) in signers)
        {
            var start = output.Length;
            output.Append(string.Create(CultureInfo.InvariantCulture,
                $"DKIM-Signature: v=1; a={key.Algorithm}; c=relaxed/relaxed;\r\n d={options.Domain};\r\n s={options.Selector}; " +
                $"t={at.ToUnixTimeSeconds()};\r\n bh="));
            output.Append(bodyHash);
            output.Append(";\r\n h="u8);
            output.Append(names);
            output.Append(";\r\n b="u8);
            DkimHeader.AppendField(output.Written[start..], input);
            SHA256.HashData(input.Written, hash);
            AppendSignature(key, hash, output);
            input.Truncate(fields);
        }
    }

    public void Dispose()
    {
        foreach (var (_, key) in signers)
        {
            key.Dispose();
        }
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
