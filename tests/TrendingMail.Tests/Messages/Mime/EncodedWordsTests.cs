using CsCheck;
using MimeKit.Utils;
using TrendingMail.Messages.Mime;

namespace TrendingMail.Tests.Messages.Mime;

public sealed class EncodedWordsTests
{
    [Theory]
    [InlineData("Papers of the day", false)]
    [InlineData("", false)]
    [InlineData("é", true)]
    [InlineData("a\tb", true)]
    [InlineData("=?utf-8?q?x?=", true)]
    public void OnlyTextThatNeedsItIsEncoded(string text, bool isNeeded) =>
        Assert.Equal(isNeeded, EncodedWords.AreNeededFor(text));

    [Fact]
    public void AWordTooLongForALineIsEncoded() => Assert.True(EncodedWords.AreNeededFor(new string('w', 80)));

    [Theory]
    [InlineData("Zürich, heute", "=?utf-8?q?Z=C3=BCrich=2C_heute?=")]
    [InlineData("用户", "=?utf-8?b?55So5oi3?=")]
    [InlineData("é\r\nBcc: x", "=?utf-8?q?=C3=A9__Bcc=3A_x?=")]
    public void TheShorterEncodingIsUsed(string text, string encoded) =>
        Assert.Equal(encoded, EncodedWords.Encode(text, 9));

    /// <summary>RFC 2047 section 2: an encoded-word has at most 75 octets, its line at most 76.</summary>
    [Fact]
    public void WordsAndLinesAreWithinTheirLimits() => Gen.Select(Hostile.Text, Gen.Int[0, 20]).Sample(
        (text, column) =>
        {
            var lines = EncodedWords.Encode(text, column).Split('\n');

            Assert.True(column + lines[0].Length <= 76, lines[0]);
            Assert.All(lines, line => Assert.True(line.Length <= 76 && line.Trim().Length <= 75, line));
        }, iter: Cases.Default);

    [Fact]
    public void EncodedTextDecodesToTheOriginal() => Hostile.Text.Where(
        text => !text.Any(c => char.IsControl(c) || char.IsSurrogate(c))).Sample(
        text => Assert.Equal(
            text, Rfc2047.DecodeText(System.Text.Encoding.ASCII.GetBytes(EncodedWords.Encode(text, 9)))),
        iter: Cases.Default);
}
