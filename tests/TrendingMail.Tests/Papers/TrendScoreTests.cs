using TrendingMail.Papers;

namespace TrendingMail.Tests.Papers;

public sealed class TrendScoreTests
{
    [Fact]
    public void APaperWithoutAnyCountHasNoScore() => Assert.Equal(0, TrendScore.Of(0, 0, null));

    [Fact]
    public void AVoteWeighsMoreThanACommentAndACommentMoreThanAStar()
    {
        Assert.True(TrendScore.Of(11, 10, 10) > TrendScore.Of(10, 11, 10));
        Assert.True(TrendScore.Of(10, 11, 10) > TrendScore.Of(10, 10, 11));
        Assert.True(TrendScore.Of(10, 10, 11) > TrendScore.Of(10, 10, 10));
    }

    [Fact]
    public void TheTenthVoteSaysMoreThanTheHundredAndTenth() =>
        Assert.True(TrendScore.Of(10, 0, null) - TrendScore.Of(9, 0, null) >
            TrendScore.Of(110, 0, null) - TrendScore.Of(109, 0, null));

    [Fact]
    public void UnknownStarsCountAsNone() => Assert.Equal(TrendScore.Of(5, 2, 0), TrendScore.Of(5, 2, null));

    [Fact]
    public void TheBestComesFirst()
    {
        var ranked = TrendScore.Rank([Paper("a", 1), Paper("b", 100), Paper("c", 10)]);

        Assert.Equal(["b", "c", "a"], ranked.Select(r => r.Paper.Identity));
        Assert.Equal(TrendScore.Of(100, 0, null), ranked[0].Score);
    }

    [Fact]
    public void ATieGoesToTheOneWithMoreVotes()
    {
        // 1 + 3 comments are worth as much as 1 + 1 votes: ln 4 / 2 = ln 2.
        var ranked = TrendScore.Rank([Paper("a", 0) with { Comments = 3 }, Paper("b", 1)]);

        Assert.Equal(ranked[0].Score, ranked[1].Score);
        Assert.Equal(["b", "a"], ranked.Select(r => r.Paper.Identity));
    }

    [Fact]
    public void TheOrderDoesNotDependOnTheOrderOfReading()
    {
        Paper[] papers = [.. Enumerable.Range(0, 30).Select(i => Paper($"p{i:00}", i % 3))];

        var forward = TrendScore.Rank(papers).Select(r => r.Paper.Identity);
        var backward = TrendScore.Rank(papers.Reverse()).Select(r => r.Paper.Identity);

        Assert.Equal(forward, backward);
    }

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
