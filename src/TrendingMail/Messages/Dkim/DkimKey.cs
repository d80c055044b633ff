using System.Security.Cryptography;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace TrendingMail.Messages.Dkim;

/// <summary>A private key for DKIM signatures, read once.</summary>
internal abstract class DkimKey : IDisposable
{
    /// <summary>The value of the <c>a</c> tag.</summary>
    public abstract string Algorithm { get; }

    /// <summary>The length of a signature in bytes.</summary>
    public abstract int SignatureLength { get; }

    /// <summary>The other half of the key, which receivers get from DNS.</summary>
    public abstract DkimPublicKey PublicKey { get; }

    /// <exception cref="TrendingMailException">
    /// The file cannot be read or contains no key for the algorithm.
    /// </exception>
    public static DkimKey Read(string file, DkimAlgorithm algorithm)
    {
        try
        {
            var pem = File.ReadAllText(file);
            return algorithm == DkimAlgorithm.RsaSha256 ? new RsaKey(pem) : new Ed25519Key(pem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException
            or ArgumentException
            or CryptographicException or GeneralSecurityException or InvalidCastException)
        {
            throw new TrendingMailException($"Cannot read a private key from the Mail:Dkim key file {file}: " +
                (FileProblem.Matches(e) ? FileProblem.Explain(file, e) : e.Message), e);
        }
    }

    /// <param name="hash">The SHA-256 hash of the data to sign.</param>
    public abstract void Sign(ReadOnlySpan<byte> hash, Span<byte> signature);

    public abstract void Dispose();

    /// <summary>
    /// RSA (RFC 6376 section 3.3.1) by the platform, which is many times faster than a managed implementation.
    /// </summary>
    private sealed class RsaKey : DkimKey
    {
        private const int MinimumRsaBits = 1024;

        // One instance for each thread: RSA instances are not documented to be thread-safe.
        private readonly ThreadLocal<RSA> keys;

        public RsaKey(string pem)
        {
            using var first = RSA.Create();
            first.ImportFromPem(pem);
            if (first.KeySize < MinimumRsaBits)
            {
                throw new CryptographicException(
                    $"It has {first.KeySize} bits, and receivers ignore RSA keys of less than {MinimumRsaBits} " +
                    "(RFC 8301). Create one of 2048 bits.");
            }

            PublicKey = new DkimPublicKey(DkimPublicKey.Rsa, first.ExportSubjectPublicKeyInfo(), first.KeySize);
            var parameters = first.ExportParameters(includePrivateParameters: true);
            SignatureLength = (first.KeySize + 7) / 8;
            keys = new ThreadLocal<RSA>(() => RSA.Create(parameters), trackAllValues: true);
        }

        public override string Algorithm => "rsa-sha256";

        public override DkimPublicKey PublicKey { get; }

        public override int SignatureLength { get; }

        public override void Sign(ReadOnlySpan<byte> hash, Span<byte> signature) =>
            keys.Value!.SignHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        public override void Dispose()
        {
            foreach (var key in keys.Values)
            {
                key.Dispose();
            }

            keys.Dispose();
        }
    }

    /// <summary>Ed25519 (RFC 8463) by libsodium; the platform does not support it.</summary>
    private sealed class Ed25519Key : DkimKey
    {
        private readonly Key key;

        public Ed25519Key(string pem)
        {
            var found = PemEncoding.Find(pem);
            var der = Convert.FromBase64String(pem[found.Base64Data]);
            var seed = (Ed25519PrivateKeyParameters)PrivateKeyFactory.CreateKey(der);
            key = Key.Import(SignatureAlgorithm.Ed25519, seed.GetEncoded(), KeyBlobFormat.RawPrivateKey);
        }

        public override string Algorithm => "ed25519-sha256";

        public override DkimPublicKey PublicKey => new(
            DkimPublicKey.Ed25519, key.PublicKey.Export(KeyBlobFormat.RawPublicKey), DkimPublicKey.Ed25519Bits);

        public override int SignatureLength => SignatureAlgorithm.Ed25519.SignatureSize;

        public override void Sign(ReadOnlySpan<byte> hash, Span<byte> signature) =>
            SignatureAlgorithm.Ed25519.Sign(key, hash, signature);

        public override void Dispose() => key.Dispose();
    }
}
