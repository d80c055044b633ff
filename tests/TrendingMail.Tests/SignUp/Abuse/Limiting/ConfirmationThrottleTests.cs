using TrendingMail.SignUp.Abuse.Limiting;

namespace TrendingMail.Tests.SignUp.Abuse.Limiting;

public sealed class ConfirmationThrottleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ABurstIsSentAtOnceAndTheRestAtEvenIntervals()
    {
        var due = Reserve(new ConfirmationThrottle(60), 9);

        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 2, 3], due.Select(at => (at - Now).TotalMinutes));
    }

    [Fact]
    public void NobodyWaitsLongerThanADay()
    {
        var due = Reserve(new ConfirmationThrottle(60), 3000);

        Assert.Equal(Now + ConfirmationThrottle.MaximumDelay, due.Max());
        Assert.All(due.Zip(due.Skip(1)), pair => Assert.True(pair.First <= pair.Second));
    }

    [Fact]
    public void WithoutALimitNothingWaits() => Assert.All(Reserve(new ConfirmationThrottle(0), 1000), at =>
        Assert.Equal(Now, at));

    [Fact]
    public void TimeRestoresTheBurst()
    {
        var throttle = new ConfirmationThrottle(60);
        var (_, nextAt) = throttle.Reserve(Now, Now.AddMinutes(30));

        Assert.Equal(Now.AddHours(1), throttle.Reserve(Now.AddHours(1), nextAt).DueAt);
    }

    private static List<DateTimeOffset> Reserve(ConfirmationThrottle throttle, int count)
    {
        var due = new List<DateTimeOffset>();
        DateTimeOffset? next = null;
        for (var i = 0; i < count; i++)
        {
            (var at, next) = throttle.Reserve(Now, next);
            due.Add(at);
        }

        return due;
    }
}
