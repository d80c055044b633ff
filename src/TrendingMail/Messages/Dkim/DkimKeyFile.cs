using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;
using TrendingMail.Storage;

namespace TrendingMail.Messages.Dkim;

/// <summary>Files with private keys for DKIM signatures.</summary>
public static class DkimKeyFile
{
    /// <summary>Receivers need not verify longer keys (RFC 8301), and shorter ones are no longer safe.</summary>
    private const int RsaBits = 2048;

    /// <summary>Creates a key in a new file that only the current user can read.</summary>
    /// <exception cref="TrendingMailException">The file exists or cannot be written.</exception>
    public static DkimPublicKey Create(string path, DkimAlgorithm algorithm)
    {
        var pem = algorithm == DkimAlgorithm.RsaSha256 ? CreateRsa() : CreateEd25519();
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            {
                PrivateFiles.CreateFolder(folder);
            }

            using var file = PrivateFiles.Open(path, FileMode.CreateNew);
            file.Write(Encoding.ASCII.GetBytes(pem));
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (FileProblem.Matches(e))
        {
            throw new TrendingMailException(File.Exists(path)
                ? $"{path} already exists and is not overwritten: mail in transit is verified with its key. " +
                    "Choose another selector or file."
                : $"Cannot create the key file {path}: {FileProblem.Explain(path, e)}", e);
        }

        return Read(path, algorithm);
    }

    /// <summary>Reads the public key that belongs to a private one.</summary>
    /// <exception cref="TrendingMailException">The file cannot be read or contains no such key.</exception>
    public static DkimPublicKey Read(string path, DkimAlgorithm algorithm)
    {
        using var key = DkimKey.Read(path, algorithm);
        return key.PublicKey;
    }

    private static string CreateRsa()
    {
        using var key = RSA.Create(RsaBits);
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    private static string CreateEd25519()
    {
        using var key = Key.Create(
            SignatureAlgorithm.Ed25519, new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        return Encoding.ASCII.GetString(key.Export(KeyBlobFormat.PkixPrivateKeyText)).TrimEnd() + "\n";
    }
}
