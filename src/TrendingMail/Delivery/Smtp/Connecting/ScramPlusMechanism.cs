using System.Globalization;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Cryptography;
using System.Text;
using MailKit.Security;

namespace TrendingMail.Delivery.Smtp.Connecting;

/// <summary>
/// SCRAM bound to the certificate of the TLS connection (RFC 5802, RFC 7677, RFC 5929 section 4): a proof that is
/// relayed by someone in the middle, whose certificate is another one, is not valid.
/// </summary>
/// <param name="name">The name of the mechanism, such as SCRAM-SHA-256-PLUS.</param>
/// <param name="channelBinding">The data of tls-server-end-point.</param>
internal sealed class ScramPlusMechanism(
    string name, HashAlgorithmName hash, string userName, string password, byte[] channelBinding)
    : SaslMechanism(userName, password)
{
    private const string BindingType = "tls-server-end-point";

    /// <summary>The GS2 header: channel binding is used, and there is no authorization identity.</summary>
    private const string Gs2Header = $"p={BindingType},,";

    /// <summary>The size of the structure that precedes the data of a <see cref="ChannelBinding"/>.</summary>
    private const int BindingHeaderSize = 32;

    private string? clientFirst;
    private string? nonce;
    private byte[]? serverSignature;

    public static IReadOnlyList<(string Plain, string Plus, HashAlgorithmName Hash)> StrongestFirst { get; } =
    [
        ("SCRAM-SHA-512", "SCRAM-SHA-512-PLUS", HashAlgorithmName.SHA512),
        ("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", HashAlgorithmName.SHA256),
        ("SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", HashAlgorithmName.SHA1),
    ];

    public override string MechanismName => name;

    public override bool SupportsChannelBinding => true;

    public override bool SupportsInitialResponse => true;

    public override bool NegotiatedChannelBinding => IsAuthenticated;

    /// <summary>
    /// Returns the data of tls-server-end-point; null if the server's certificate does not define it.
    /// </summary>
    public static byte[]? ReadChannelBinding(SslStream tls)
    {
        using var binding = tls.TransportContext.GetChannelBinding(ChannelBindingKind.Endpoint);
        var prefix = BindingHeaderSize + BindingType.Length + ":".Length;
        if (binding is null || binding.IsInvalid || binding.Size <= prefix)
        {
            return null;
        }

        var data = new byte[binding.Size - prefix];
        Marshal.Copy(binding.DangerousGetHandle() + prefix, data, 0, data.Length);
        return data;
    }

    public override void Reset()
    {
        (clientFirst, nonce, serverSignature) = (null, null, null);
        base.Reset();
    }

    protected override byte[]? Challenge(byte[]? token, int startIndex, int length, CancellationToken cancellationToken)
    {
        if (clientFirst is null)
        {
            nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
            clientFirst = $"n={Escape(SaslPrep(Credentials.UserName))},r={nonce}";
            return Encoding.UTF8.GetBytes(Gs2Header + clientFirst);
        }

        var message = token is null
            ? throw new SaslException(name, SaslErrorCode.MissingChallenge, "the server sent no SCRAM message")
            : Encoding.UTF8.GetString(token, startIndex, length);
        if (serverSignature is null)
        {
            return Encoding.UTF8.GetBytes(CreateFinalMessage(message));
        }

        VerifyServer(message);
        IsAuthenticated = true;
        return [];
    }

    private static string Escape(string userName) =>
        userName.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    private string CreateFinalMessage(string serverFirst)
    {
        var (serverNonce, salt, iterations) = ParseServerFirst(serverFirst);
        var binding = Convert.ToBase64String([.. Encoding.ASCII.GetBytes(Gs2Header), .. channelBinding]);
        var withoutProof = $"c={binding},r={serverNonce}";
        var signedText = Encoding.UTF8.GetBytes($"{clientFirst},{serverFirst},{withoutProof}");
        var password = Encoding.UTF8.GetBytes(SaslPrep(Credentials.Password));
        var saltedPassword = Rfc2898DeriveBytes.Pbkdf2(
            password, salt, iterations, hash, CryptographicOperations.HashData(hash, []).Length);
        var clientKey = Hmac(saltedPassword, "Client Key"u8);
        var clientSignature = Hmac(CryptographicOperations.HashData(hash, clientKey), signedText);
        var proof = clientKey.Zip(clientSignature, (key, signature) => (byte)(key ^ signature)).ToArray();
        serverSignature = Hmac(Hmac(saltedPassword, "Server Key"u8), signedText);
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    private (string Nonce, byte[] Salt, int Iterations) ParseServerFirst(string message)
    {
        string? Find(string attribute) => message.Split(',')
            .FirstOrDefault(part => part.StartsWith(attribute, StringComparison.Ordinal))?[attribute.Length..];

        var salt = new byte[message.Length];
        return Find("r=") is { } serverNonce
            && serverNonce.StartsWith(nonce!, StringComparison.Ordinal)
            && Convert.TryFromBase64String(Find("s=") ?? "", salt, out var saltLength)
            && int.TryParse(Find("i="), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            && iterations > 0
            ? (serverNonce, salt[..saltLength], iterations)
            : throw new SaslException(
                name, SaslErrorCode.InvalidChallenge, "the server sent an invalid SCRAM challenge");
    }

    /// <summary>The server must prove that it knows the password too.</summary>
    private void VerifyServer(string serverFinal)
    {
        var signature = new byte[serverSignature!.Length];
        if (!serverFinal.StartsWith("v=", StringComparison.Ordinal)
            || !Convert.TryFromBase64String(serverFinal[2..].Split(',')[0], signature, out _)
            || !CryptographicOperations.FixedTimeEquals(signature, serverSignature))
        {
            throw new SaslException(name, SaslErrorCode.IncorrectHash, "the server sent a wrong SCRAM signature");
        }
    }

    private byte[] Hmac(byte[] key, ReadOnlySpan<byte> text) => CryptographicOperations.HmacData(hash, key, text);
}
