using TrendingMail.Papers;

namespace TrendingMail.Tests.Papers;

public sealed class TrendScoreTests
{
    private static readonly IReadOnlyDictionary<long, Counts> NoHistory = new Dictionary<long, Counts>();

    [Fact]
    public void APaperWithoutCountsScoresZero() => Assert.Equal(0, Score(0, 0, null));

    [Fact]
    public void AVoteWeighsMoreThanACommentAndACommentMoreThanAStar()
    {
        Assert.True(Score(11, 10, 10) > Score(10, 11, 10));
        Assert.True(Score(10, 11, 10) > Score(10, 10, 11));
        Assert.True(Score(10, 10, 11) > Score(10, 10, 10));
    }

    [Fact]
    public void AdditionalVotesHaveDiminishingWeight() =>
        Assert.True(Score(10, 0, null) - Score(9, 0, null) > Score(110, 0, null) - Score(109, 0, null));

    [Fact]
    public void UnknownStarsCountAsZero() => Assert.Equal(Score(5, 2, 0), Score(5, 2, null));

    [Fact]
    public void OfTwoEqualPapersTheOneWithRecentGrowthRanksHigher()
    {
        var counts = new Counts(50, 4, 100);

        Assert.True(TrendScore.Calculate(counts, new Counts(10, 0, 80)).Score > TrendScore.Calculate(counts,
            new Counts(49, 4, 100)).Score);
        Assert.Equal(TrendScore.Calculate(counts).Score, TrendScore.Calculate(counts, counts).Score);
    }

    [Fact]
    public void GrowthIsHalfOfWhatTheGainsWouldScoreByThemselves()
    {
        var trend = TrendScore.Calculate(new Counts(50, 4, 100), new Counts(10, 1, 80));

        Assert.Equal(new Counts(40, 3, 20), trend.Gains);
        Assert.Equal(Score(40, 3, 20) / 2, trend.Growth, 5);
    }

    [Fact]
    public void StarsThatWereUnknownBeforeAreNotGrowth() =>
        Assert.Equal(0, TrendScore.Calculate(new Counts(1, 0, 5000), new Counts(1, 0, null)).Growth);

    [Fact]
    public void FallingCountsAreNotGrowth() =>
        Assert.Equal(0, TrendScore.Calculate(new Counts(1, 0, 5), new Counts(9, 3, 7)).Growth);

    [Fact]
    public void EachDayHalvesTheWeightOfVotes()
    {
        Assert.Equal(Score(15, 0, null), TrendScore.Calculate(new Counts(31, 0, null), days: 1).Score);
        Assert.Equal(Score(7, 0, null), TrendScore.Calculate(new Counts(31, 0, null), days: 2).Score);
        Assert.Equal(Score(31, 0, null), TrendScore.Calculate(new Counts(31, 0, null), days: -1).Score);
    }

    [Fact]
    public void ThePartsAddUpToTheScore()
    {
        var trend = TrendScore.Calculate(new Counts(37, 5, 812), new Counts(20, 5, 700), 2);

        Assert.Equal(trend.Score, trend.Votes + trend.Comments + trend.Stars + trend.Growth + trend.Age, 6);
        Assert.All([trend.Votes, trend.Comments, trend.Stars, trend.Growth], part => Assert.True(part > 0));
        Assert.True(trend.Age < 0);
    }

    [Fact]
    public void AnAgeOfZeroIsNotNegativeZero() =>
        Assert.False(double.IsNegative(TrendScore.Calculate(new Counts(1, 0, 0)).Age));

    [Fact]
    public void TheBestComesFirst()
    {
        var ranked = Rank([Paper("a", 1), Paper("b", 100), Paper("c", 10)]);

        Assert.Equal(["b", "c", "a"], ranked.Select(r => r.Paper.Identity));
        Assert.Equal(Score(100, 0, null), ranked[0].Score);
    }

    [Fact]
    public void TiesAreBrokenByVotes()
    {
        // Three comments score as much as one vote: ln(1 + 3) / 2 = ln(1 + 1).
        var ranked = Rank([Paper("a", 0) with { Comments = 3 }, Paper("b", 1)]);

        Assert.Equal(ranked[0].Score, ranked[1].Score);
        Assert.Equal(["b", "a"], ranked.Select(r => r.Paper.Identity));
    }

    [Fact]
    public void TheRankingDoesNotDependOnTheInputOrder()
    {
        Paper[] papers = [.. Enumerable.Range(0, 30).Select(i => Paper($"p{i:00}", i % 3))];

        var forward = Rank(papers).Select(r => r.Paper.Identity);
        var backward = Rank(papers.Reverse()).Select(r => r.Paper.Identity);

        Assert.Equal(forward, backward);
    }

    private static double Score(int upvotes, int comments, int? stars) =>
        TrendScore.Calculate(new Counts(upvotes, comments, stars)).Score;

    private static IReadOnlyList<RankedPaper> Rank(IEnumerable<Paper> papers) =>
        TrendScore.Rank(papers, TestPapers.Day, NoHistory);

    private static Paper Paper(string identity, int upvotes) => new()
    {
        Id = 1,
        Identity = identity,
        Title = "t",
        Abstract = "a",
        Authors = [],
        Keywords = [],
        Upvotes = upvotes,
        ListedOn = TestPapers.Day,
        Source = "HuggingFace",
        FirstSeenAt = DateTimeOffset.UnixEpoch,
    };
}
