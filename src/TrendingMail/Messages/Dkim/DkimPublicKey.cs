using System.Security.Cryptography;

namespace TrendingMail.Messages.Dkim;

/// <summary>The public key of a DKIM signature, as it is published in DNS (RFC 6376 section 3.6.1).</summary>
/// <param name="Type">The value of the k tag.</param>
/// <param name="Data">The bytes of the p tag.</param>
public sealed record DkimPublicKey(string Type, byte[] Data, int Bits)
{
    /// <summary>The k tag of RSA keys, which is also what a record without one means.</summary>
    public const string Rsa = "rsa";

    /// <summary>The k tag of RFC 8463.</summary>
    public const string Ed25519 = "ed25519";

    internal const int Ed25519Bits = 256;

    /// <summary>The text of the DNS record.</summary>
    public string ToRecord() => $"v=DKIM1; k={Type}; p={Convert.ToBase64String(Data)}";

    /// <summary>Parses the k and p tags of a record; null if they are no key.</summary>
    public static DkimPublicKey? TryParse(string type, string base64)
    {
        var text = string.Concat(base64.Where(c => !char.IsWhiteSpace(c)));
        var data = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, data, out var length))
        {
            return null;
        }

        data = data[..length];
        return type switch
        {
            Ed25519 => length == Ed25519Bits / 8 ? new DkimPublicKey(type, data, Ed25519Bits) : null,
            Rsa => TryParseRsa(data),
            _ => null,
        };
    }

    /// <summary>Whether both are the same key.</summary>
    public bool Matches(DkimPublicKey other) => Type == other.Type && Data.AsSpan().SequenceEqual(other.Data);

    /// <summary>Some publish the key without the identifier of its algorithm, which verifiers accept too.</summary>
    private static DkimPublicKey? TryParseRsa(byte[] data)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportSubjectPublicKeyInfo(data, out _);
        }
        catch (CryptographicException)
        {
            try
            {
                rsa.ImportRSAPublicKey(data, out _);
            }
            catch (CryptographicException)
            {
                return null;
            }
        }

        return new DkimPublicKey(Rsa, rsa.ExportSubjectPublicKeyInfo(), rsa.KeySize);
    }
}
