using TrendingMail.Templates.Text;

namespace TrendingMail.Tests.Templates.Text;

public sealed class AuthorLineTests
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "A1")]
    [InlineData(2, "A1 and A2")]
    [InlineData(3, "A1, A2 and A3")]
    [InlineData(4, "A1, A2, A3 and A4")]
    [InlineData(5, "A1, A2, A3 and 2 others")]
    [InlineData(664, "A1, A2, A3 and 661 others")]
    public void MoreThanFourAuthorsAreAbbreviatedToThree(int count, string line) =>
        Assert.Equal(line, AuthorLine.Format([.. Enumerable.Range(1, count).Select(i => $"A{i}")]));
}
