using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace TrendingMail.SignUp.Abuse;

/// <summary>
/// Proof of work that a browser computes before a sign-up, if the operator requires it (after Hashcash,
/// http://www.hashcash.org/papers/hashcash.pdf): a number for which the SHA-256 of "token:address:number" has the
/// required number of leading zero bits. The form token keeps the proof from being precomputed, the address from being
/// reused.
/// </summary>
public static class ProofOfWork
{
    private const int MaximumLength = 20;

    /// <param name="address">The address as entered, trimmed.</param>
    public static bool IsValid(string formToken, string address, string? number, int bits) =>
        bits == 0 || (number is { Length: > 0 and <= MaximumLength } &&
            LeadingZeros(SHA256.HashData(Encoding.UTF8.GetBytes($"{formToken}:{address}:{number}"))) >= bits);

    private static int LeadingZeros(ReadOnlySpan<byte> hash)
    {
        var bits = 0;
        foreach (var b in hash)
        {
            if (b != 0)
            {
                return bits + BitOperations.LeadingZeroCount(b) - 24;
            }

            bits += 8;
        }

        return bits;
    }
}
