using System.Text;
using CsCheck;
using MimeKit.Encodings;
using TrendingMail.Messages.Mime;

namespace TrendingMail.Tests.Messages.Mime;

public sealed class QuotedPrintableTests
{
    [Fact]
    public void LinesHaveAtMost76Octets() => Hostile.Text.Select(ToUnixLineEndings).Sample(
        text => Assert.All(
            Encode([text], ends: true).Split("\r\n"), line => Assert.True(line.Length <= 76, $"{line.Length}: {line}")),
        iter: Cases.Default);

    [Fact]
    public void LinesEndWithNeitherWhiteSpaceNorASplitEscape() => Hostile.Text.Select(ToUnixLineEndings).Sample(
        text => Assert.All(Encode([text], ends: true).Split("\r\n"), line =>
        {
            Assert.False(line.EndsWith(' ') || line.EndsWith('\t'), line);
            Assert.DoesNotMatch("=[0-9A-F]=?$", line);
        }), iter: Cases.Default);

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

    /// <summary>Line lengths around the limit, with a last octet that is literal, and one that is encoded.</summary>
    [Theory]
    [InlineData(75, "x", new[] { 76 })]
    [InlineData(76, "x", new[] { 76, 2 })]
    [InlineData(73, "=", new[] { 76 })]
    [InlineData(74, "=", new[] { 75, 3 })]
    [InlineData(75, "=", new[] { 76, 3 })]
    [InlineData(73, " ", new[] { 76 })]
    [InlineData(74, " ", new[] { 75, 3 })]
    [InlineData(75, "\t", new[] { 76, 3 })]
    [InlineData(72, "=x", new[] { 76 })]
    [InlineData(73, "=x", new[] { 74, 4 })]
    [InlineData(71, "é", new[] { 75, 3 })]
    [InlineData(70, "é", new[] { 76 })]
    public void LineIsBrokenBeforeItIsTooLong(int length, string end, int[] lines) => Assert.Equal(
        lines, Encode([$"{new string('x', length)}{end}\n"], ends: false).Split("\r\n")[..^1]
            .Select(line => line.Length));

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
}
