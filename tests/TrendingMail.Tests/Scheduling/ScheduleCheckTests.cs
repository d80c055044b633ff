using Quartz;
using TrendingMail.Diagnostics;
using TrendingMail.Scheduling;

namespace TrendingMail.Tests.Scheduling;

public sealed class ScheduleCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(TriggerState.Normal, 1, Verdict.Good)]
    [InlineData(TriggerState.Normal, -5, Verdict.Good)]
    [InlineData(TriggerState.Normal, -11, Verdict.Bad)]
    [InlineData(TriggerState.Paused, 1, Verdict.Bad)]
    [InlineData(TriggerState.Error, 1, Verdict.Bad)]
    public void ATriggerThatIsOverdueOrPausedIsBad(TriggerState state, int dueInMinutes, Verdict verdict)
    {
        var finding = ScheduleCheck.Judge(
            "every-minute", state, Now.AddHours(-1), Now.AddMinutes(dueInMinutes), Now);

        Assert.Equal((verdict, "every-minute"), (finding.Verdict, finding.Subject));
        Assert.Contains("last fired at 2026-11-23 07:00 UTC", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AScheduleThatNeverRanIsAWarning()
    {
        var store = new SqliteQuartzStore("/nonexistent/trendingmail.db");

        var finding = Assert.Single(await new ScheduleCheck(store, TimeProvider.System)
            .RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal(Verdict.Warn, finding.Verdict);
        Assert.False(Path.Exists("/nonexistent"));
    }
}
