using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Content;

namespace TrendingMail.Tests.Diagnostics.Content;

public sealed class DigestSizeCheckTests
{
    private const string Words = "one two three four five six seven eight nine ten";

    [Theory]
    [InlineData(20_000, 0, Verdict.Good)]
    [InlineData(200_000, 110_000, Verdict.Warn)]
    [InlineData(600_000, 0, Verdict.Warn)]
    public void GmailCutsLongHtmlOff(int size, int padding, Verdict verdict) => Assert.Equal(
        verdict, DigestSizeCheck.Judge(size, $"<p>{Words}</p><!--{new string('x', padding)}-->", Words)[0].Verdict);

    [Theory]
    [InlineData(Words, Verdict.Good)]
    [InlineData("one two https://papers.example.org/", Verdict.Warn)]
    [InlineData("", Verdict.Bad)]
    public void TheTextMustSayWhatTheHtmlSays(string text, Verdict verdict) => Assert.Equal(
        verdict, DigestSizeCheck.Judge(1000, $"<style>p {{ color: red }}</style><p>{Words}</p>", text)[1].Verdict);
}
