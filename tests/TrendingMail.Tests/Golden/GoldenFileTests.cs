namespace TrendingMail.Tests.Golden;

public sealed class GoldenFileTests
{
    [Fact]
    public void DifferenceShowsContextAndControlCharacters() => Assert.Equal(
        "  two\n- three\n+ three␍\n  four\n",
        GoldenFile.Difference("one\ntwo\nthree\nfour\nfive", "one\ntwo\nthree\r\nfour\nfive"));
}
