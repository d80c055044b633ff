using TrendingMail.Subscribers;

namespace TrendingMail.Tests.Subscribers;

public sealed class InterestTests
{
    [Theory]
    [InlineData(InterestKind.Keyword, "Text-to-Speech", "text to speech")]
    [InlineData(InterestKind.Keyword, "  Diffusion \t models ", "diffusion models")]
    [InlineData(InterestKind.Author, "José Álvarez-Núñez", "jose alvarez nunez")]
    [InlineData(InterestKind.Author, "J. R. Quill", "j r quill")]
    [InlineData(InterestKind.Organization, "北京大学", "北京大学")]
    [InlineData(InterestKind.Category, "cs.LG", "cs.lg")]
    [InlineData(InterestKind.Category, "astro-ph.CO", "astro-ph.co")]
    public void SpellingsOfTheSameHaveTheSameKey(InterestKind kind, string text, string key) =>
        Assert.Equal(key, Interest.Of(kind, text)!.Key);

    [Fact]
    public void TheValueStaysAsTheReaderWroteIt() =>
        Assert.Equal("Text-to-Speech (TTS)", Interest.Of(InterestKind.Topic, "Text-to-Speech  (TTS) ")!.Value);

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    [InlineData("+ - ?")]
    [InlineData("a\u0007b")]
    [InlineData("\ud800")]
    public void WhatHasNothingToLookForIsNoInterest(string? text) => Assert.Null(Interest.Of(InterestKind.Keyword, text));

    [Fact]
    public void WhatIsLongerThanAPhraseIsNoInterest()
    {
        Assert.NotNull(Interest.Of(InterestKind.Keyword, new string('a', 100)));
        Assert.Null(Interest.Of(InterestKind.Keyword, new string('a', 101)));
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(-3, -1)]
    [InlineData(0.249, 0.25)]
    public void AWeightIsBroughtIntoItsRange(double given, double weight) =>
        Assert.Equal(weight, Interest.Of(InterestKind.Keyword, "speech", given)!.Weight);

    [Fact]
    public void TheProfileIsTheSameInAnyOrderAndSpelling()
    {
        var one = Interest.ProfileOf([Topic("Speech"), Topic("robotics", -1), Interest.Of(InterestKind.Author, "Ada Quill")!]);
        var other = Interest.ProfileOf([Interest.Of(InterestKind.Author, "ada quill")!, Topic("Robotics", -1), Topic("speech")]);

        Assert.Equal(one, other);
        Assert.Equal("", Interest.ProfileOf([]));
    }

    [Fact]
    public void TheProfileTellsKindsAndWeightsApart()
    {
        string[] profiles =
        [
            Interest.ProfileOf([Topic("speech")]),
            Interest.ProfileOf([Topic("speech", 0.75)]),
            Interest.ProfileOf([Topic("speech", -1)]),
            Interest.ProfileOf([Interest.Of(InterestKind.Keyword, "speech")!]),
            Interest.ProfileOf([Topic("speech"), Topic("vision")]),
        ];

        Assert.Equal(profiles.Length, profiles.Distinct().Count());
    }

    private static Interest Topic(string value, double weight = Interest.Followed) =>
        Interest.Of(InterestKind.Topic, value, weight)!;
}
