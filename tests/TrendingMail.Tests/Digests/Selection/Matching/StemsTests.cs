using TrendingMail.Digests.Selection.Matching;

namespace TrendingMail.Tests.Digests.Selection.Matching;

public sealed class StemsTests
{
    [Theory]
    [InlineData("diffusion models", "Diffusion Model")]
    [InlineData("tool use", "tools used")]
    [InlineData("tool use", "using tools", false)]
    [InlineData("ages", "aging")]
    [InlineData("LMs", "LM")]
    [InlineData("one", "ones")]
    public void FormsOfAWordShareAKey(string one, string other, bool inOrder = true) =>
        Assert.Equal(Sorted(one, inOrder), Sorted(other, inOrder));

    [Theory]
    [InlineData("one", "on")]
    [InlineData("use", "us")]
    [InlineData("general", "generative")]
    [InlineData("university", "universal")]
    public void UnrelatedWordsDoNotShareAKey(string one, string other) =>
        Assert.NotEqual(Stems.Key(one), Stems.Key(other));

    private static IEnumerable<string> Sorted(string text, bool inOrder) =>
        inOrder ? [Stems.Key(text)] : Stems.Key(text).Split(' ').Order();
}
