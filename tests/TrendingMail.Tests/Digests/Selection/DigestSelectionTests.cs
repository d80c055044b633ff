using TrendingMail.Digests;
using TrendingMail.Digests.Selection;
using TrendingMail.Editions;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Tests.Digests.Selection;

public sealed class DigestSelectionTests
{
    private static readonly DateOnly Friday = new(2026, 11, 27);

    /// <summary>The first paper has the most votes; the end of each title says what it is about.</summary>
    private static readonly DigestCandidates Candidates = DigestCandidates.ForDay(CreateEdition(
        "One on vocoders", "Two on robots", "Three on tides", "Four on vocoders", "Five on robots", "Six on tides"));

    [Fact]
    public void WithoutInterestsTheTrendingPapersAreSelected()
    {
        var digest = DigestSelection.Select(Candidates, [], papers: 3);

        Assert.Empty(digest.Followed);
        Assert.Equal("One Two Three", Titles(digest.Trending));
        Assert.All(digest.Papers, selected => Assert.Null(selected.Reason));
        Assert.Equal((6, 7, Friday, false), (digest.Total, digest.Number, digest.Day, digest.Weekly));
    }

    [Fact]
    public void FollowedPapersComeFirstWithTheirReasonAndAreNotRepeated()
    {
        var digest = DigestSelection.Select(Candidates, [CreateInterest("vocoders")], papers: 3);

        Assert.Equal("One Four", Titles(digest.Followed));
        Assert.Equal("Two", Titles(digest.Trending));
        Assert.All(digest.Followed, selected => Assert.Equal("vocoders", selected.Reason!.Interest.Value));
    }

    [Fact]
    public void MutedPaperIsReplacedByTheNext()
    {
        var digest = DigestSelection.Select(Candidates, [CreateInterest("robots", Interest.Muted)], papers: 3);

        Assert.Equal("One Three Four", Titles(digest.Papers));
    }

    [Fact]
    public void MuteTakesPrecedenceOverFollow()
    {
        var digest = DigestSelection.Select(
            Candidates, [CreateInterest("vocoders"), CreateInterest("four", Interest.Muted)], papers: 2);

        Assert.Equal("One", Titles(digest.Followed));
    }

    [Fact]
    public void LessLikeThisLowersAPaperWithoutExcludingIt()
    {
        var less = new[] { CreateInterest("vocoders", Interest.FeedbackMinimum) };

        Assert.Equal("Two Three", Titles(DigestSelection.Select(Candidates, less, papers: 2).Papers));
        Assert.Equal(6, DigestSelection.Select(Candidates, less, papers: 6).Count);
        Assert.Empty(DigestSelection.Select(Candidates, less, papers: 6).Followed);
    }

    [Fact]
    public void OneMoreLikeThisSufficesForATitleMatch() =>
        Assert.Equal(
            "One Four", Titles(
                DigestSelection.Select(Candidates, [CreateInterest("vocoders", Interest.FeedbackStep)],
                    papers: 4).Followed));

    [Fact]
    public void PaperMatchingTwoInterestsComesBeforeOneMatchingOne()
    {
        var candidates = DigestCandidates.ForDay(
            CreateEdition("One on tides", "Two on vocoders", "Three on robots with vocoders"));

        Assert.Equal(
            "Three Two", Titles(
                DigestSelection.Select(candidates, [CreateInterest("robots"), CreateInterest("vocoders")],
                    papers: 3).Followed));
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(3, 2, 1)]
    [InlineData(12, 6, 6)]
    [InlineData(50, 15, 15)]
    public void TheNumberOfPapersIsTheTotalOfBothSections(int papers, int followed, int trending)
    {
        var titles = Enumerable.Range(1, 30).Select(i => i <= 15 ? $"{i} on tides" : $"{i} on vocoders");
        var digest = DigestSelection.Select(
            DigestCandidates.ForDay(CreateEdition([.. titles])), [CreateInterest("vocoders")], papers);

        Assert.Equal((followed, trending), Counts(digest));
    }

    [Fact]
    public void PlacesThatOneSectionLeavesFreeGoToTheOther()
    {
        var candidates = DigestCandidates.ForDay(
            CreateEdition([.. Enumerable.Range(1, 30).Select(i => $"{i} on vocoders")]));

        Assert.Equal((15, 0), Counts(DigestSelection.Select(candidates, [CreateInterest("vocoders")], papers: 15)));
    }

    [Fact]
    public void OrderOfInterestsDoesNotMatter()
    {
        Interest[] interests =
            [CreateInterest("robots"), CreateInterest("tides", -0.5), CreateInterest("vocoders", 0.5)];

        Assert.Equal(
            Titles(DigestSelection.Select(Candidates, interests, 4).Papers),
            Titles(DigestSelection.Select(Candidates, [.. interests.Reverse()], 4).Papers));
    }

    [Fact]
    public void DigestIsEmptyIfEverythingIsMuted() => Assert.Equal(
        0, DigestSelection.Select(DigestCandidates.ForDay(CreateEdition("One on tides")),
            [CreateInterest("tides", Interest.Muted)], 5).Count);

    private static (int Followed, int Trending) Counts(Digest digest) => (digest.Followed.Count, digest.Trending.Count);

    private static string Titles(IEnumerable<SelectedPaper> papers) =>
        string.Join(' ', papers.Select(selected => selected.Paper.Title.Split(' ')[0]));

    private static Interest CreateInterest(string text, double weight = Interest.Followed) =>
        Interest.Create(InterestKind.Keyword, text, weight)!;

    private static Edition CreateEdition(params string[] titles) => new()
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
