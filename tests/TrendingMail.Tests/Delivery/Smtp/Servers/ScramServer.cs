using System.Security.Cryptography;
using System.Text;

namespace TrendingMail.Tests.Delivery.Smtp.Servers;

/// <summary>
/// The server's side of SCRAM with channel binding (RFC 5802) inside the AUTH command, written independently of the
/// client: it checks the client's proof and then sends its own.
/// </summary>
internal sealed class ScramServer(HashAlgorithmName hash, string password, byte[] channelBinding)
{
    private const int Iterations = 4096;

    private static readonly byte[] Salt = [1, 2, 3, 4, 5, 6, 7, 8];

    private string clientFirst = "";
    private string serverFirst = "";
    private bool hasProof;

    /// <summary>What the server sends as its proof, instead of the right one.</summary>
    public string? ForgedSignature { get; init; }

    public static IReadOnlyDictionary<string, HashAlgorithmName> Mechanisms { get; } =
        new Dictionary<string, HashAlgorithmName>
        {
            ["SCRAM-SHA-1-PLUS"] = HashAlgorithmName.SHA1,
            ["SCRAM-SHA-256-PLUS"] = HashAlgorithmName.SHA256,
            ["SCRAM-SHA-512-PLUS"] = HashAlgorithmName.SHA512,
        };

    /// <summary>Replies to AUTH and to the lines that follow it.</summary>
    public string Reply(string line)
    {
        if (line.StartsWith("AUTH ", StringComparison.Ordinal))
        {
            var message = Decode(line.Split(' ')[2]);
            Assert.StartsWith("p=tls-server-end-point,,n=", message, StringComparison.Ordinal);
            (clientFirst, hasProof) = (message["p=tls-server-end-point,,".Length..], false);
            serverFirst = $"r={clientFirst.Split(",r=")[1]}0815,s={Convert.ToBase64String(Salt)},i={Iterations}";
            return $"334 {Encode(serverFirst)}";
        }

        if (hasProof)
        {
            return line.Length == 0 && ForgedSignature is null ? "235 2.7.0 welcome" : "535 5.7.8 canceled";
        }

        return VerifyProof(Decode(line));
    }

    private string VerifyProof(string clientFinal)
    {
        hasProof = true;
        var withoutProof = clientFinal[..clientFinal.LastIndexOf(",p=", StringComparison.Ordinal)];
        var proof = Convert.FromBase64String(clientFinal[(withoutProof.Length + 3)..]);
        var text = Encoding.UTF8.GetBytes($"{clientFirst},{serverFirst},{withoutProof}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, Salt, Iterations, hash, proof.Length);
        var storedKey = CryptographicOperations.HashData(hash, Hmac(salted, "Client Key"u8));
        var signature = Hmac(storedKey, text);
        var clientKey = proof.Select((value, i) => (byte)(value ^ signature[i])).ToArray();
        var binding = Convert.FromBase64String(withoutProof[2..withoutProof.IndexOf(',', StringComparison.Ordinal)]);
        if (!binding.SequenceEqual((byte[])[.. "p=tls-server-end-point,,"u8, .. channelBinding])
            || !CryptographicOperations.HashData(hash, clientKey).SequenceEqual(storedKey))
        {
            return "535 5.7.8 wrong password";
        }

        var ownSignature = Hmac(Hmac(salted, "Server Key"u8), text);
        return $"334 {Encode(ForgedSignature ?? $"v={Convert.ToBase64String(ownSignature)}")}";
    }

    private byte[] Hmac(byte[] key, ReadOnlySpan<byte> text) => CryptographicOperations.HmacData(hash, key, text);

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
