using System.Buffers;
using System.Globalization;
using System.Text;

namespace TrendingMail.Messages.Mime;

/// <summary>
/// Encodes header text as encoded-words (RFC 2047), each at most 75 octets long and on a line of at most 76, as section
/// 2 requires. MimeKit's can be longer.
/// </summary>
internal static class EncodedWords
{
    private const int MaximumLength = 75;

    private const int MaximumLineLength = 76;

    /// <summary>The octets of an encoded-word besides the encoded text.</summary>
    private static readonly int Overhead = "=?utf-8?q?".Length + "?=".Length;

    /// <summary>Characters that mean themselves in an encoded-word in a phrase (RFC 2047 section 5).</summary>
    private static readonly SearchValues<byte> Literal = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/"u8);

    /// <summary>
    /// Whether a text must be encoded: because it is not printable ASCII, looks encoded, or has a word too long for a
    /// line.
    /// </summary>
    public static bool AreNeededFor(string text) =>
        text.AsSpan().ContainsAnyExceptInRange(' ', '~') ||
        text.Contains("=?", StringComparison.Ordinal) ||
        text.Split(' ').Any(word => word.Length > MaximumLineLength - Overhead);

    /// <summary>Encodes a text, folded with LF. Control characters become spaces.</summary>
    /// <param name="column">The octets before it on its first line.</param>
    public static string Encode(string text, int column)
    {
        var runes = text.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? (Rune)' ' : rune).ToArray();
        var isBase64 = runes.Count(rune => !rune.IsAscii) > runes.Length / 3;
        var words = new StringBuilder();
        var pending = new List<byte>();
        Span<byte> buffer = stackalloc byte[4];
        foreach (var rune in runes)
        {
            var octets = buffer[..rune.EncodeToUtf8(buffer)];
            pending.AddRange(octets);
            if (Overhead + EncodedLength(pending, isBase64) > Math.Min(MaximumLength, MaximumLineLength - column))
            {
                pending.RemoveRange(pending.Count - octets.Length, octets.Length);
                Append(words, pending, isBase64).Append("\n ");
                pending.Clear();
                pending.AddRange(octets);
                column = 1;
            }
        }

        return Append(words, pending, isBase64).ToString();
    }

    private static int EncodedLength(List<byte> octets, bool isBase64) =>
        isBase64 ? (octets.Count + 2) / 3 * 4 : octets.Sum(octet => Literal.Contains(octet) || octet == ' ' ? 1 : 3);

    private static StringBuilder Append(StringBuilder words, List<byte> octets, bool isBase64)
    {
        if (isBase64)
        {
            return words.Append("=?utf-8?b?").Append(Convert.ToBase64String([.. octets])).Append("?=");
        }

        words.Append("=?utf-8?q?");
        foreach (var octet in octets)
        {
            _ = octet == ' ' ? words.Append('_')
                : Literal.Contains(octet) ? words.Append((char)octet)
                : words.Append(CultureInfo.InvariantCulture, $"={octet:X2}");
        }

        return words.Append("?=");
    }
}
