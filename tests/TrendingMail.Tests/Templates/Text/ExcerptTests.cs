using System.Globalization;
using TrendingMail.Templates.Text;

namespace TrendingMail.Tests.Templates.Text;

public sealed class ExcerptTests
{
    [Theory]
    [InlineData("", 10)]
    [InlineData("Short.", 6)]
    [InlineData("Short", 10)]
    public void ShortTextIsReturnedWhole(string text, int maximumLength) =>
        Assert.Equal(text, Excerpt.AtSentence(text, maximumLength));

    [Theory]
    [InlineData("One is here. Two is there. Three follows.", 30, "One is here. Two is there.")]
    [InlineData("One is here. Two is there. Three follows.", 26, "One is here. Two is there.")]
    [InlineData("Does it work? It does! And so on and on.", 26, "Does it work? It does!")]
    [InlineData("He calls it \"good.\" Then more words follow.", 25, "He calls it \"good.\"")]
    [InlineData("It holds (so we think.) Then more words follow.", 28, "It holds (so we think.)")]
    public void LongTextEndsAfterTheLastSentenceThatFits(string text, int maximumLength, string expected) =>
        Assert.Equal(expected, Excerpt.AtSentence(text, maximumLength));

    [Theory]
    [InlineData("We cover many tasks, e.g. parsing and more of it", 30)]
    [InlineData("We cover all of them, i.e. parsing and more of it", 30)]
    [InlineData("This was shown by Doe et al. before anyone else did", 34)]
    [InlineData("We compare small vs. large models on many tasks", 24)]
    [InlineData("As can be seen in Fig. 3 the models do improve", 26)]
    [InlineData("The bound holds (see Eq. 4) and more of it", 26)]
    [InlineData("It differs from others (cf. Sec. 4) and more of it", 34)]
    [InlineData("We thank the good Dr. Doe for the many words", 24)]
    [InlineData("We thank the good J. Doe for the many words", 24)]
    [InlineData("The samples are all i.i.d. and so on and on", 30)]
    [InlineData("The score rises up to 3.5 points and so on", 26)]
    [InlineData("We do three things: 1. parse all 2. test all", 24)]
    [InlineData("It is the one called No. 7 of the long list", 26)]
    [InlineData("We solve it (Invent. Math. 12, 1999) and more of it", 30)]
    [InlineData("We solve it (so we think. Then more) and more of it", 30)]
    [InlineData("We solve it [see above. Also there] and more of it", 30)]
    [InlineData("It is in Invent. Math. 12 and so on and on for long", 24)]
    [InlineData("We cover all of them, i. e. parsing and more of it", 28)]
    [InlineData("We cover all of them, e. g. parsing and more of it", 26)]
    [InlineData("We map a field of 20 sq. deg. There are many words", 30)]
    [InlineData("It runs on the server at p.m. hours and more of it", 30)]
    [InlineData("The name ends in corp. with more words after it", 26)]
    public void AbbreviationsInitialsAndNumbersDoNotEndASentence(string text, int maximumLength)
    {
        string excerpt = Excerpt.AtSentence(text, maximumLength);
        Assert.EndsWith("…", excerpt, StringComparison.Ordinal);
        Assert.True(excerpt.Length <= maximumLength);
    }

    [Theory]
    [InlineData("We saw this :( in tests. It was fixed. More words follow.", 40,
        "We saw this :( in tests. It was fixed.")]
    [InlineData("It is a function of x. We prove it. More words follow.", 30, "It is a function of x.")]
    [InlineData("It holds in all of them. iOS is one. More words follow.", 30, "It holds in all of them.")]
    public void AnOpenBracketOrASingleLetterDoesNotHideASentenceEnd(string text, int maximumLength, string expected) =>
        Assert.Equal(expected, Excerpt.AtSentence(text, maximumLength));

    [Theory]
    [InlineData("我们提出了一个模型。它很快。它也很小而且便宜。", 14, "我们提出了一个模型。它很快。")]
    [InlineData("彼は「これは速い。」と言った。それは本当です。", 16, "彼は「これは速い。」と言った。")]
    [InlineData("很好！真的吗？是的，我们这样认为。", 8, "很好！真的吗？")]
    [InlineData("我们提出了一个（很快。很小）的模型而且它很便宜", 14, "我们提出了一个（很快。很…")]
    [InlineData("AI 论文推荐系统，它根据读者的兴趣选择论文并且发送", 14, "AI 论文推荐系统，它根据…")]
    public void ChineseAndJapaneseEndAtTheirFullStopsOrBetweenCharacters(
        string text, int maximumLength, string expected) =>
        Assert.Equal(expected, Excerpt.AtSentence(text, maximumLength));

    [Fact]
    public void TooShortSentenceIsFollowedByWords() =>
        Assert.Equal("Hi. This one goes on and…", Excerpt.AtSentence("Hi. This one goes on and on for long.", 27));

    [Theory]
    [InlineData("many words without an end to them", 15, "many words…")]
    [InlineData("many words, without an end", 12, "many words…")]
    [InlineData("many words without", 11, "many words…")]
    public void TextWithoutSentencesEndsAtAWordWithAnEllipsis(string text, int maximumLength, string expected) =>
        Assert.Equal(expected, Excerpt.AtSentence(text, maximumLength));

    [Theory]
    [InlineData("😀😀😀😀", 4, "😀…")]
    [InlineData("e\u0301e\u0301e\u0301", 4, "e\u0301…")]
    [InlineData("👨‍👩‍👧👨‍👩‍👧", 10, "👨‍👩‍👧…")]
    [InlineData("👨‍👩‍👧👨‍👩‍👧", 5, "…")]
    public void GraphemesAreNeverSplit(string text, int maximumLength, string expected) =>
        Assert.Equal(expected, Excerpt.AtSentence(text, maximumLength));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void MaximumLengthOfZeroOrLessReturnsNoText(int maximumLength) =>
        Assert.Equal("", Excerpt.AtSentence("text", maximumLength));

    [Fact]
    public void ExcerptsRespectEveryMaximumLengthAndEndAtAGrapheme()
    {
        const string text =
            "Naïve e\u0301tude 😀 of 👨‍👩‍👧 families. We show that, e.g., 3.5 of 10 agree! Why? See Fig. 2 for more.";
        int[] boundaries = [.. StringInfo.ParseCombiningCharacters(text), text.Length];

        for (int length = 1; length <= text.Length + 1; length++)
        {
            string excerpt = Excerpt.AtSentence(text, length);
            string kept = excerpt.TrimEnd('…');
            Assert.True(excerpt.Length <= length);
            Assert.StartsWith(kept, text, StringComparison.Ordinal);
            Assert.Contains(kept.Length, boundaries);
        }
    }
}
