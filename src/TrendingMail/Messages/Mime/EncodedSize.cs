using System.Buffers;
using System.Text;

namespace TrendingMail.Messages.Mime;

/// <summary>Estimates the size of a message on the wire.</summary>
internal static class EncodedSize
{
    /// <summary>Octets that quoted-printable represents literally (RFC 2045 section 6.7).</summary>
    private static readonly SearchValues<byte> Literal = SearchValues.Create(
        [.. Enumerable.Range(32, 95).Where(c => c != '=').Select(c => (byte)c)]);

    /// <summary>Characters on a line before the soft line break.</summary>
    private const int LineLength = 75;

    /// <summary>A generous allowance for the header, MIME boundaries and signatures, in bytes.</summary>
    public const int Overhead = 3 << 10;

    /// <summary>An upper bound for the size of a text in quoted-printable, in bytes.</summary>
    public static int UpperBound(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        var (plain, lines) = (0, 0);
        foreach (var b in bytes)
        {
            plain += Literal.Contains(b) ? 1 : 0;
            lines += b == '\n' ? 1 : 0;
        }

        var written = plain + (3 * (bytes.Length - plain - lines));
        return written + (2 * lines) + (3 * ((written / (LineLength - 2)) + lines));
    }
}
