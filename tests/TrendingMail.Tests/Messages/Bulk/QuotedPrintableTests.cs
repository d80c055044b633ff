using System.Text;
using CsCheck;
using MimeKit;
using MimeKit.Encodings;
using TrendingMail.Messages;
using TrendingMail.Messages.Bulk;

namespace TrendingMail.Tests.Messages.Bulk;

public sealed class QuotedPrintableTests
{
    [Fact]
    public void EncodingMatchesMimeKit() => Hostile.Text.Select(ToUnixLineEndings).Sample(
        text => Assert.Equal(EncodeWithMimeKit(text), Encode([text], ends: true)), iter: Cases.Default);

    [Fact]
    public void SplitPositionMakesNoDifference() =>
        Gen.Select(Hostile.Text.Select(ToUnixLineEndings), Gen.Double.Unit).Sample(
        (text, part) =>
        {
            var cut = (int)(part * text.Length);
            Assert.Equal(Encode([text], ends: true), Encode([text[..cut], text[cut..]], ends: true));
        }, iter: Cases.Default);

    [Fact]
    public void WholeLinesCanBeEncodedSeparately() => Gen.Select(Hostile.Text, Hostile.Text).Sample(
        (one, other) =>
        {
            var (first, second) = (ToUnixLineEndings(one) + "\n", ToUnixLineEndings(other));
            Assert.Equal(
                Encode([first + second], ends: true), Encode([first], ends: false) + Encode([second], ends: true));
        }, iter: Cases.Default);

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a=\r\n")]
    [InlineData("a\n", "a\r\n")]
    [InlineData("a \n", "a=20\r\n")]
    [InlineData("a\t\n", "a=09\r\n")]
    [InlineData("a ", "a=20=\r\n")]
    [InlineData("1=2\n", "1=3D2\r\n")]
    [InlineData("é\n", "=C3=A9\r\n")]
    [InlineData("\0\n", "=00\r\n")]
    public void TextIsEncoded(string text, string encoded) => Assert.Equal(encoded, Encode([text], ends: true));

    [Theory]
    [InlineData(75, false)]
    [InlineData(76, true)]
    public void LongLineGetsASoftLineBreak(int length, bool isBroken) => Assert.Equal(
        isBroken, Encode([new string('x', length) + "\n"], ends: false).Contains("=\r\n", StringComparison.Ordinal));

    [Fact]
    public void EncodedTextDecodesToTheOriginal() => Hostile.Text.Select(ToUnixLineEndings).Sample(
        text =>
        {
            var encoded = Encoding.ASCII.GetBytes(Encode([text], ends: true).ReplaceLineEndings("\n"));
            var decoder = new QuotedPrintableDecoder();
            var decoded = new byte[decoder.EstimateOutputLength(encoded.Length)];
            Assert.Equal(
                Encoding.UTF8.GetBytes(text), decoded[..decoder.Decode(encoded, 0, encoded.Length, decoded)]);
        }, iter: Cases.Default);

    private static string ToUnixLineEndings(string text) => text.ReplaceLineEndings("\n");

    private static string Encode(string[] pieces, bool ends)
    {
        using var output = new WireBuffer(16);
        var encoder = new QuotedPrintable(output);

        // Split the bytes rather than the text, because splitting a surrogate pair would change the text.
        var whole = Encoding.UTF8.GetBytes(string.Concat(pieces)).AsSpan();
        var first = Math.Min(whole.Length, pieces[0].Length);
        encoder.Write(whole[..first]);
        encoder.Write(whole[first..]);
        if (ends)
        {
            encoder.End();
        }

        return Encoding.ASCII.GetString(output.Written);
    }

    private static string EncodeWithMimeKit(string text)
    {
        using var part = new TextPart("plain") { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        part.SetText(Encoding.UTF8, text);
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        using var stream = new MemoryStream();
        part.WriteTo(format, stream, contentOnly: true, TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(stream.ToArray());
    }
}
