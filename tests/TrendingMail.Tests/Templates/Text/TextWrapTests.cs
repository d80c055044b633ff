using TrendingMail.Templates.Text;

namespace TrendingMail.Tests.Templates.Text;

public sealed class TextWrapTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("  \n ", "")]
    [InlineData("one", "one")]
    [InlineData("one two three", "one two\nthree")]
    [InlineData("1234567890", "1234567890")]
    [InlineData("12345 7890", "12345 7890")]
    [InlineData("12345 78901", "12345\n78901")]
    [InlineData("a  b\tc\nd", "a b c d")]
    [InlineData("https://example.org/long a", "https://example.org/long\na")]
    [InlineData("用户用户 用户", "用户用户\n用户")]
    [InlineData("我们提出了一个模型", "我们提出了\n一个模型")]
    [InlineData("我们提出模，型很快", "我们提出\n模，型很快")]
    [InlineData("它叫「模型」很快", "它叫「模\n型」很快")]
    [InlineData("用GPT-4测试", "用GPT-4测\n试")]
    [InlineData("한국어논문 추천", "한국어논문\n추천")]
    [InlineData("🚀🚀 🚀🚀🚀", "🚀🚀\n🚀🚀🚀")]
    [InlineData("e\u0301e\u0301e\u0301e\u0301e\u0301 e\u0301e\u0301e\u0301e\u0301",
        "e\u0301e\u0301e\u0301e\u0301e\u0301 e\u0301e\u0301e\u0301e\u0301")]
    public void TextIsWrappedAtWordsToTenColumns(string? text, string wrapped) =>
        Assert.Equal(wrapped, TextWrap.Wrap(text, 10, 0));

    [Fact]
    public void LinesAfterTheFirstAreIndentedAndTheIndentCounts() =>
        Assert.Equal("one two\n    three\n    four", TextWrap.Wrap("one two three four", 11, 4));

    [Theory]
    [InlineData("a \uD83D b")]
    [InlineData("a \uDE00\uD83D b")]
    public void UnpairedSurrogateIsAccepted(string text) => Assert.Equal(text, TextWrap.Wrap(text, 78, 0));

    [Fact]
    public void WrappedTextHasTheSameWords()
    {
        var text = string.Join(' ', Enumerable.Range(0, 300).Select(i => new string('x', i % 17 + 1)));

        var wrapped = TextWrap.Wrap(text, 78, 5);

        Assert.Equal(text, string.Join(' ', wrapped.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.All(wrapped.Split('\n'), line => Assert.True(line.Length <= 78));
    }
}
