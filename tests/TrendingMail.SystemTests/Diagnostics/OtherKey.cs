using System.Security.Cryptography;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>A DKIM key that is not ours.</summary>
internal static class OtherKey
{
    /// <summary>The data of its TXT record.</summary>
    public static string Data { get; } = Create();

    private static string Create()
    {
        using var key = RSA.Create(1024);
        return $"\"v=DKIM1; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}\"";
    }
}
