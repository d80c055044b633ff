using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace TrendingMail.SignUp;

/// <summary>
/// Work that a browser does before it may subscribe an address, where the operator asks for it (the idea is Hashcash,
/// http://www.hashcash.org/papers/hashcash.pdf): a number that gives SHA-256 of "stamp:address:number" so many leading
/// zero bits. The stamp makes it fresh, the address good for one reader only.
/// </summary>
public static class ProofOfWork
{
    private const int MaximumNumber = 20;

    /// <param name="address">As it was typed, without spaces around it.</param>
    public static bool Holds(string stamp, string address, string? number, int bits) =>
        bits == 0 || (number is { Length: > 0 and <= MaximumNumber } &&
            LeadingZeros(SHA256.HashData(Encoding.UTF8.GetBytes($"{stamp}:{address}:{number}"))) >= bits);

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
