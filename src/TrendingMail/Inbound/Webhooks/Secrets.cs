using System.Security.Cryptography;
using System.Text;

namespace TrendingMail.Inbound.Webhooks;

internal static class Secrets
{
    /// <summary>Compares in constant time, without revealing the length of the secret.</summary>
    public static bool FixedTimeEquals(string? given, string secret) =>
        given is not null && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Reads the first line of the file if one is configured; else returns the value.</summary>
    public static string Resolve(string value, string file) =>
        file.Length > 0 ? File.ReadLines(file).FirstOrDefault("") : value;
}
