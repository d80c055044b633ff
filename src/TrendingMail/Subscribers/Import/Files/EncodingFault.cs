using System.Text;
using System.Text.Unicode;
using UtfUnknown;

namespace TrendingMail.Subscribers.Import.Files;

/// <summary>
/// Suggests the encoding of a list that is not UTF-8. It is a suggestion only: several encodings may fit, and the wrong
/// one stores wrong names.
/// </summary>
internal static class EncodingFault
{
    private const int MaximumSample = 1 << 16;

    private const int MaximumShown = 60;

    static EncodingFault() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Finds an encoding by its name, including those of Windows, macOS and East Asia.</summary>
    /// <returns>The encoding, which throws at invalid bytes; null if there is none of that name.</returns>
    public static Encoding? Find(string name)
    {
        try
        {
            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <param name="bytes">A part of the list that has invalid bytes.</param>
    /// <param name="line">The number of its first line.</param>
    public static TrendingMailException Describe(ReadOnlySpan<byte> bytes, long line)
    {
        if (line == 1 && bytes.StartsWith("PK\x03\x04"u8))
        {
            return new TrendingMailException("The list is an Excel workbook or a ZIP archive. Save it as CSV (UTF-8).");
        }

        var sample = bytes[..Math.Min(bytes.Length, MaximumSample)];
        var encoding = Suggest(sample);
        var (offset, length) = FindLine(bytes);
        line += bytes[..offset].Count((byte)'\n');
        return new TrendingMailException(encoding is null
            ? $"The list is not UTF-8 (line {line}). Give its encoding, for example --encoding windows-1252."
            : $"The list is not UTF-8 (line {line}). Give its encoding, perhaps --encoding {encoding.WebName}, " +
                $"with which the line reads: {Show(encoding.GetString(bytes.Slice(offset, length)))}");
    }

    private static Encoding? Suggest(ReadOnlySpan<byte> sample)
    {
        if (sample.Contains((byte)0))
        {
            var isBigEndian = sample.IndexOf((byte)0) % 2 == 0;
            return isBigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode;
        }

        // The detector knows neither that ISO 8859-1 from Windows has more characters, nor Mac Roman, whose accented
        // letters are where Windows-1252 has punctuation.
        var detected = CharsetDetector.DetectFromBytes(sample).Detected;
        var name = detected?.EncodingName is null or "iso-8859-1" ? "windows-1252" : detected.EncodingName;
        return name == "windows-1252" && CountIn(sample, 0x80, 0x9F) > CountIn(sample, 0xA0, 0xFF)
            ? Find("macintosh")
            : detected?.EncodingName is null or "iso-8859-1" ? Find(name) : detected.Encoding ?? Find(name);
    }

    private static int CountIn(ReadOnlySpan<byte> bytes, byte first, byte last)
    {
        var count = 0;
        foreach (var b in bytes)
        {
            count += b >= first && b <= last ? 1 : 0;
        }

        return count;
    }

    /// <summary>Finds the first line that is not UTF-8.</summary>
    private static (int Offset, int Length) FindLine(ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        while (true)
        {
            var rest = bytes[offset..];
            var end = rest.IndexOf((byte)'\n');
            if (end < 0 || rest[..end].ContainsAny((byte)0, (byte)0x1B) || !Utf8.IsValid(rest[..end]))
            {
                return (offset, Math.Min(end < 0 ? rest.Length : end, MaximumShown * 4));
            }

            offset += end + 1;
        }
    }

    private static string Show(string text)
    {
        var line = string.Concat(text.Where(c => !char.IsControl(c)));
        return line.Length > MaximumShown ? $"{line[..MaximumShown]}…" : line;
    }
}
