using System.Buffers;
using System.Text;

namespace TrendingMail.Rendering;

/// <summary>What a mail weighs on its way.</summary>
public static class EncodedSize
{
    /// <summary>Characters that quoted-printable writes as they are (RFC 2045, 6.7).</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(32, 95).Where(c => c != '=').Select(c => (byte)c)]);

    /// <summary>Characters of a line before its soft break, "=" CR LF.</summary>
    private const int Line = 75;

    /// <summary>Header, boundaries and signatures, generously.</summary>
    public const int Envelope = 3 << 10;

    /// <summary>At most how many bytes a text has in quoted-printable.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        var (plain, lines) = (0, 0);
        foreach (var b in bytes)
        {
            plain += Plain.Contains(b) ? 1 : 0;
            lines += b == '\n' ? 1 : 0;
        }

        var written = plain + (3 * (bytes.Length - plain - lines));
        return written + (2 * lines) + (3 * ((written / (Line - 2)) + lines));
    }
}
