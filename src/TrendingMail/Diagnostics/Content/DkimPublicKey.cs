using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;

namespace TrendingMail.Diagnostics.Content;

/// <summary>Derives the public key from a private key file.</summary>
internal static class DkimPublicKey
{
    /// <exception cref="TrendingMailException">The file cannot be read or has no private key.</exception>
    public static AsymmetricKeyParameter Read(string file)
    {
        try
        {
            using var reader = new PemReader(File.OpenText(file));
            return reader.ReadObject() switch
            {
                AsymmetricCipherKeyPair pair => pair.Public,
                RsaPrivateCrtKeyParameters rsa => new RsaKeyParameters(false, rsa.Modulus, rsa.PublicExponent),
                Ed25519PrivateKeyParameters ed25519 => ed25519.GeneratePublicKey(),
                _ => throw new TrendingMailException($"The key file {file} has no RSA or Ed25519 private key."),
            };
        }
        catch (Exception e) when (FileProblem.Matches(e))
        {
            throw new TrendingMailException($"Cannot read the key file {file}: {FileProblem.Explain(file, e)}", e);
        }
    }
}
