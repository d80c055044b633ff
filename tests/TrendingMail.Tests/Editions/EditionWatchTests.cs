using TrendingMail.Editions;
using TrendingMail.Papers;

namespace TrendingMail.Tests.Editions;

public sealed class EditionWatchTests
{
    private static readonly DateOnly Monday = new(2026, 11, 23);

    private static readonly DateOnly Saturday = new(2026, 11, 21);

    private static readonly int[] Usual = [20, 24, 18, 30, 22, 26];

    private static readonly TimeSpan AtOnce = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan TooLate = EditionWatch.Patience + TimeSpan.FromMinutes(1);

    private static readonly FetchReport Answered = new("HuggingFace", Monday, 20, 20, [], null);

    private static readonly FetchReport Failed = new("Arxiv", Monday, 0, 0, [], "HTTP 503");

    [Fact]
    public void AUsualDayIsPublishedWithoutAWord() =>
        Assert.Equal(EditionDecision.Now, EditionWatch.Decide(Monday, AtOnce, 21, [Answered], Usual));

    [Fact]
    public void AnEditionWaitsForASourceThatFailed() =>
        Assert.Equal(EditionDecision.Later, EditionWatch.Decide(Monday, AtOnce, 21, [Answered, Failed], Usual));

    [Fact]
    public void AnEditionThatWaitedLongEnoughIsPublishedAndTheOperatorTold()
    {
        var decision = EditionWatch.Decide(Monday, TooLate, 21, [Answered, Failed], Usual);

        Assert.True(decision.Publish);
        Assert.Equal("partial-2026-11-23", decision.Warning!.Key);
        Assert.Contains("Arxiv: HTTP 503", decision.Warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ADayWithoutPapersWhoseSourceFailedIsNotPublishedAndTheOperatorTold()
    {
        var decision = EditionWatch.Decide(Monday, TooLate, 0, [Failed], Usual);

        Assert.False(decision.Publish);
        Assert.Equal("missing-2026-11-23", decision.Warning!.Key);
    }

    [Fact]
    public void ASourceThatShowsOldPapersIsWaitedForLikeOneThatFailedAndTold()
    {
        var stale = Answered with { Stale = "an old batch" };

        Assert.Equal(EditionDecision.Later, EditionWatch.Decide(Monday, AtOnce, 21, [stale], Usual));
        var decision = EditionWatch.Decide(Monday, TooLate, 21, [stale], Usual);
        Assert.True(decision.Publish);
        Assert.Contains("HuggingFace: an old batch", decision.Warning!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AWeekendWhoseSourceFailedIsTold() =>
        Assert.Equal("missing-2026-11-21", EditionWatch.Decide(Saturday, TooLate, 0, [Failed], Usual).Warning!.Key);

    [Fact]
    public void AWeekendWithoutPapersIsQuietAndNoFault() =>
        Assert.Equal(EditionDecision.Later, EditionWatch.Decide(Saturday, TooLate, 0, [Answered], Usual));

    [Fact]
    public void AWorkdayWithoutPapersIsToldEvenIfEverySourceAnswered()
    {
        var decision = EditionWatch.Decide(Monday, AtOnce, 0, [Answered], Usual);

        Assert.False(decision.Publish);
        Assert.Equal("quiet-2026-11-23", decision.Warning!.Key);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(7, false)]
    public void AnEditionWithLessThanAThirdOfTheUsualIsCalledThin(int waiting, bool isUsual)
    {
        // The median of the usual numbers is 24.
        var decision = EditionWatch.Decide(Monday, AtOnce, waiting, [Answered], Usual);

        Assert.True(decision.Publish);
        Assert.Equal(isUsual ? null : "thin-2026-11-23", decision.Warning?.Key);
    }

    [Fact]
    public void ANewInstallationHasNothingUsualToCompareWith() =>
        Assert.Equal(EditionDecision.Now, EditionWatch.Decide(Monday, AtOnce, 1, [Answered], [30, 30, 30, 30]));
}
