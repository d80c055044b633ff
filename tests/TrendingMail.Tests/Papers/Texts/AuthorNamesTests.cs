using TrendingMail.Papers.Texts;

namespace TrendingMail.Tests.Papers.Texts;

public sealed class AuthorNamesTests
{
    [Theory]
    [InlineData("LeCun, Yann", "Yann LeCun")]
    [InlineData("van der Berg,  Jan", "Jan van der Berg")]
    [InlineData("Quill，Ada", "Ada Quill")]
    [InlineData("Yann LeCun", null)]
    [InlineData("Ben Ortiz, Jr.", null)]
    [InlineData("Ortiz, Ben, Jr.", null)]
    [InlineData("LeCun,", null)]
    [InlineData(", Yann", null)]
    public void AFamilyNameBeforeACommaIsMovedToTheEnd(string text, string? name) =>
        Assert.Equal(name, AuthorNames.Reorder(text));
}
