using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Tests.Subscribers.Interests;

public sealed class InterestTests
{
    [Theory]
    [InlineData(InterestKind.Keyword, "Text-to-Speech", "text to speech")]
    [InlineData(InterestKind.Keyword, "  Diffusion \t models ", "diffusion models")]
    [InlineData(InterestKind.Author, "José Álvarez-Núñez", "jose alvarez nunez")]
    [InlineData(InterestKind.Author, "J. R. Quill", "j r quill")]
    [InlineData(InterestKind.Author, "Quill, Ada", "ada quill")]
    [InlineData(InterestKind.Keyword, "C# and C++", "c# and c++")]
    [InlineData(InterestKind.Keyword, "R+D, issue #3", "r+d issue 3")]
    [InlineData(InterestKind.Organization, "北京大学", "北京大学")]
    [InlineData(InterestKind.Category, "cs.LG", "cs.lg")]
    [InlineData(InterestKind.Category, "astro-ph.CO", "astro-ph.co")]
    public void SpellingsOfTheSameInterestHaveTheSameKey(InterestKind kind, string text, string key) =>
        Assert.Equal(key, Interest.Create(kind, text)!.Key);

    [Fact]
    public void TheValueIsKeptAsEntered() =>
        Assert.Equal("Text-to-Speech (TTS)", Interest.Create(InterestKind.Topic, "Text-to-Speech  (TTS) ")!.Value);

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    [InlineData("+ - ?")]
    [InlineData("a\u0007b")]
    [InlineData("\ud800")]
    public void TextWithoutSearchableCharactersIsRejected(string? text) =>
        Assert.Null(Interest.Create(InterestKind.Keyword, text));

    [Fact]
    public void TooLongTextIsRejected()
    {
        Assert.NotNull(Interest.Create(InterestKind.Keyword, new string('a', 100)));
        Assert.Null(Interest.Create(InterestKind.Keyword, new string('a', 101)));
    }

    [Fact]
    public void AnOverlongTextIsRejectedBeforeItIsNormalized()
    {
        var text = $"e{string.Concat(Enumerable.Repeat("\u0301\u0316", 250_000))}";
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.Null(Interest.Create(InterestKind.Keyword, text));
        Assert.Equal("e", Interest.Normalize(InterestKind.Author, text));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void BrokenTextIsRejected() => Assert.Null(Interest.Create(InterestKind.Author, "J\uFFFDrgen"));

    [Theory]
    [InlineData(7, 1)]
    [InlineData(-3, -1)]
    [InlineData(0.249, 0.25)]
    public void TheWeightIsClampedAndRounded(double given, double weight) =>
        Assert.Equal(weight, Interest.Create(InterestKind.Keyword, "speech", given)!.Weight);

    [Fact]
    public void TheProfileDoesNotDependOnOrderAndSpelling()
    {
        var one = Interest.ComputeProfile(
            [Topic("Speech"), Topic("robotics", -1), Interest.Create(InterestKind.Author, "Ada Quill")!]);
        var other = Interest.ComputeProfile(
            [Interest.Create(InterestKind.Author, "ada quill")!, Topic("Robotics", -1), Topic("speech")]);

        Assert.Equal(one, other);
        Assert.Equal("", Interest.ComputeProfile([]));
    }

    [Fact]
    public void TheProfileDependsOnKindAndWeight()
    {
        string[] profiles =
        [
            Interest.ComputeProfile([Topic("speech")]),
            Interest.ComputeProfile([Topic("speech", 0.75)]),
            Interest.ComputeProfile([Topic("speech", -1)]),
            Interest.ComputeProfile([Interest.Create(InterestKind.Keyword, "speech")!]),
            Interest.ComputeProfile([Topic("speech"), Topic("vision")]),
        ];

        Assert.Equal(profiles.Length, profiles.Distinct().Count());
    }

    private static Interest Topic(string value, double weight = Interest.Followed) =>
        Interest.Create(InterestKind.Topic, value, weight)!;
}
