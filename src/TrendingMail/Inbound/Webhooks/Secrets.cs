using System.Security.Cryptography;
using System.Text;

namespace TrendingMail.Inbound.Webhooks;

internal static class Secrets
{
    /// <summary>Compares in a time that tells nothing of where they differ, or how long the secret is.</summary>
    public static bool AreEqual(string? given, string secret) =>
        given is not null && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The first line of a file, where one is named; else the value itself.</summary>
    public static string Of(string value, string file) =>
        file.Length > 0 ? File.ReadLines(file).FirstOrDefault("") : value;
}
