using TrendingMail.Editions.Publishing;
using TrendingMail.Papers.Sources;

namespace TrendingMail.Tests.Editions.Publishing;

public sealed class PublishPolicyTests
{
    private static readonly DateOnly Monday = new(2026, 11, 23);

    private static readonly DateOnly Saturday = new(2026, 11, 21);

    private static readonly int[] Usual = [20, 24, 18, 30, 22, 26];

    private static readonly TimeSpan JustDue = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AfterGracePeriod = PublishPolicy.GracePeriod + TimeSpan.FromMinutes(1);

    private static readonly FetchReport Succeeded = new("HuggingFace", Monday, 20, 20, [], null);

    private static readonly FetchReport Failed = new("Arxiv", Monday, 0, 0, [], "HTTP 503");

    [Fact]
    public void ANormalDayIsPublishedWithoutWarning() =>
        Assert.Equal(EditionDecision.PublishNow, PublishPolicy.Decide(Monday, JustDue, 21, [Succeeded], Usual));

    [Fact]
    public void AnEditionWaitsForAFailedSource() =>
        Assert.Equal(EditionDecision.Wait, PublishPolicy.Decide(Monday, JustDue, 21, [Succeeded, Failed], Usual));

    [Fact]
    public void AfterTheGracePeriodAnEditionIsPublishedWithAWarning()
    {
        var decision = PublishPolicy.Decide(Monday, AfterGracePeriod, 21, [Succeeded, Failed], Usual);

        Assert.True(decision.Publish);
        Assert.Equal("partial-2026-11-23", decision.Warning!.Key);
        Assert.Contains("Arxiv: HTTP 503", decision.Warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ADayWithoutPapersAndAFailedSourceIsNotPublishedButReported()
    {
        var decision = PublishPolicy.Decide(Monday, AfterGracePeriod, 0, [Failed], Usual);

        Assert.False(decision.Publish);
        Assert.Equal("missing-2026-11-23", decision.Warning!.Key);
    }

    [Fact]
    public void AStaleSourceIsTreatedLikeAFailedOne()
    {
        var stale = Succeeded with { Stale = "an old batch" };

        Assert.Equal(EditionDecision.Wait, PublishPolicy.Decide(Monday, JustDue, 21, [stale], Usual));
        var decision = PublishPolicy.Decide(Monday, AfterGracePeriod, 21, [stale], Usual);
        Assert.True(decision.Publish);
        Assert.Contains("HuggingFace: an old batch", decision.Warning!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailedSourceOnAWeekendIsReported() =>
        Assert.Equal(
            "missing-2026-11-21", PublishPolicy.Decide(Saturday, AfterGracePeriod, 0, [Failed], Usual).Warning!.Key);

    [Fact]
    public void AWeekendWithoutPapersIsNotReported() =>
        Assert.Equal(EditionDecision.Wait, PublishPolicy.Decide(Saturday, AfterGracePeriod, 0, [Succeeded], Usual));

    [Fact]
    public void AWorkdayWithoutPapersIsReportedEvenIfAllSourcesResponded()
    {
        var decision = PublishPolicy.Decide(Monday, JustDue, 0, [Succeeded], Usual);

        Assert.False(decision.Publish);
        Assert.Equal("quiet-2026-11-23", decision.Warning!.Key);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(7, false)]
    public void AnEditionWithLessThanAThirdOfTheMedianIsReportedAsThin(int eligible, bool isNormal)
    {
        // The median of Usual is 24.
        var decision = PublishPolicy.Decide(Monday, JustDue, eligible, [Succeeded], Usual);

        Assert.True(decision.Publish);
        Assert.Equal(isNormal ? null : "thin-2026-11-23", decision.Warning?.Key);
    }

    [Fact]
    public void WithTooLittleHistoryNoEditionIsReportedAsThin() =>
        Assert.Equal(
            EditionDecision.PublishNow, PublishPolicy.Decide(Monday, JustDue, 1, [Succeeded], [30, 30, 30, 30]));
}
