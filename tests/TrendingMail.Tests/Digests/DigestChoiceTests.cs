using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Subscribers;

namespace TrendingMail.Tests.Digests;

public sealed class DigestChoiceTests
{
    private static readonly DateOnly Friday = new(2026, 11, 27);

    /// <summary>The first has most votes; the last words of a title are what it is about.</summary>
    private static readonly DigestMaterial Material = DigestMaterial.OfDay(EditionOf(
        "One on vocoders", "Two on robots", "Three on tides", "Four on vocoders", "Five on robots", "Six on tides"));

    [Fact]
    public void AReaderWhoFollowsNothingGetsThePlainTrendingList()
    {
        var digest = DigestChoice.Of(Material, [], papers: 3);

        Assert.Empty(digest.Followed);
        Assert.Equal("One Two Three", Titles(digest.Trending));
        Assert.All(digest.Papers, chosen => Assert.Null(chosen.Why));
        Assert.Equal((6, 7, Friday, false), (digest.Total, digest.Number, digest.Day, digest.Weekly));
    }

    [Fact]
    public void WhatTheReaderFollowsComesFirstWithItsReasonAndNothingTwice()
    {
        var digest = DigestChoice.Of(Material, [Wish("vocoders")], papers: 2);

        Assert.Equal("One Four", Titles(digest.Followed));
        Assert.Equal("Two", Titles(digest.Trending));
        Assert.All(digest.Followed, chosen => Assert.Equal("vocoders", chosen.Why!.Interest.Value));
    }

    [Fact]
    public void WhatIsMutedIsLeftOutAndTheNextTakesItsPlace()
    {
        var digest = DigestChoice.Of(Material, [Wish("robots", Interest.Muted)], papers: 3);

        Assert.Equal("One Three Four", Titles(digest.Papers));
    }

    [Fact]
    public void WhatIsBothFollowedAndMutedIsLeftOut()
    {
        var digest = DigestChoice.Of(
            Material, [Wish("vocoders"), Wish("four", Interest.Muted)], papers: 2);

        Assert.Equal("One", Titles(digest.Followed));
    }

    [Fact]
    public void LessLikeThisPutsAPaperDownAndDoesNotForbidIt()
    {
        var less = new[] { Wish("vocoders", Interest.Least) };

        Assert.Equal("Two Three", Titles(DigestChoice.Of(Material, less, papers: 2).Papers));
        Assert.Equal(6, DigestChoice.Of(Material, less, papers: 6).Count);
        Assert.Empty(DigestChoice.Of(Material, less, papers: 6).Followed);
    }

    [Fact]
    public void OneMoreLikeThisIsEnoughForAWordInTheTitle() =>
        Assert.Equal("One Four", Titles(DigestChoice.Of(Material, [Wish("vocoders", Interest.Step)], papers: 2).Followed));

    [Fact]
    public void APaperOnTwoThingsThatAreFollowedComesBeforeOneOnOne()
    {
        var material = DigestMaterial.OfDay(EditionOf("One on tides", "Two on vocoders", "Three on robots with vocoders"));

        Assert.Equal("Three Two", Titles(DigestChoice.Of(material, [Wish("robots"), Wish("vocoders")], papers: 1).Followed));
    }

    [Fact]
    public void HoweverFewPapersAreWantedWhatIsFollowedIsNotKeptBack()
    {
        var material = DigestMaterial.OfDay(EditionOf([.. Enumerable.Range(1, 30).Select(i => $"{i} on vocoders")]));

        Assert.Equal((11, 0), Counts(DigestChoice.Of(material, [Wish("vocoders")], papers: 1)));
        Assert.Equal((30, 0), Counts(DigestChoice.Of(material, [Wish("vocoders")], papers: 15)));
    }

    [Fact]
    public void TheOrderOfTheInterestsDoesNotMatter()
    {
        Interest[] interests = [Wish("robots"), Wish("tides", -0.5), Wish("vocoders", 0.5)];

        Assert.Equal(
            Titles(DigestChoice.Of(Material, interests, 4).Papers), Titles(DigestChoice.Of(Material, [.. interests.Reverse()], 4).Papers));
    }

    [Fact]
    public void WhereAllIsMutedNothingIsLeft() => Assert.Equal(
        0, DigestChoice.Of(DigestMaterial.OfDay(EditionOf("One on tides")), [Wish("tides", Interest.Muted)], 5).Count);

    private static (int Followed, int Trending) Counts(Digest digest) => (digest.Followed.Count, digest.Trending.Count);

    private static string Titles(IEnumerable<ChosenPaper> papers) =>
        string.Join(' ', papers.Select(chosen => chosen.Paper.Title.Split(' ')[0]));

    private static Interest Wish(string text, double weight = Interest.Followed) =>
        Interest.Of(InterestKind.Keyword, text, weight)!;

    private static Edition EditionOf(params string[] titles) => new()
    {
        Number = 7,
        Day = Friday,
        PublishedAt = DateTimeOffset.UnixEpoch,
        Sample = false,
        Papers = [.. titles.Select((title, i) => new EditionPaper(i + 1, 100 + i, 4 - (0.05 * i), new FrozenPaper
        {
            Title = title,
            Abstract = "a",
            Summary = "s",
            SummaryByAi = false,
            Authors = [],
            Keywords = [],
            Upvotes = 0,
            Comments = 0,
        }))],
    };
}
