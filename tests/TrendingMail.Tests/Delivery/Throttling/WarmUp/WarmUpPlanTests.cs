using TrendingMail.Delivery.Throttling.WarmUp;

namespace TrendingMail.Tests.Delivery.Throttling.WarmUp;

public sealed class WarmUpPlanTests
{
    private static readonly DateOnly First = new(2026, 12, 1);

    [Theory]
    [InlineData(0, 50)]
    [InlineData(1, 75)]
    [InlineData(2, 112)]
    [InlineData(9, 1922)]
    public void TheCapGrowsByTheFactorEachDay(int daysLater, long cap) =>
        Assert.Equal(cap, Plan(new WarmUpOptions()).GetCap(First.AddDays(daysLater)));

    [Fact]
    public void TheCapEndsWithTheLastDay()
    {
        var plan = Plan(new WarmUpOptions { Days = 10 });

        Assert.True(plan.IsActive(First.AddDays(9)));
        Assert.False(plan.IsActive(First.AddDays(10)));
        Assert.Equal((1, 10), (plan.GetDayNumber(First), plan.GetDayNumber(First.AddDays(9))));
    }

    [Fact]
    public void NothingIsSentBeforeTheFirstDay()
    {
        var plan = Plan(new WarmUpOptions());

        Assert.True(plan.IsActive(First.AddDays(-1)));
        Assert.Equal((0, 0), (plan.GetCap(First.AddDays(-1)), plan.GetCap(First.AddDays(-1), "example.org")));
    }

    [Fact]
    public void ADomainGrowsByTheSamePlanFromItsOwnStart()
    {
        var plan = Plan(new WarmUpOptions
        {
            Factor = 2, Domains = [new DomainWarmUpOptions { Domain = "Gmail.com", Start = 7 }],
        });

        Assert.Equal((7, 14), (plan.GetCap(First, "gmail.com"), plan.GetCap(First.AddDays(1), "gmail.com")));
        Assert.Equal((25, 50), (plan.GetCap(First, "example.org"), plan.GetCap(First.AddDays(1), "example.org")));
        Assert.Equal(3, Plan(new WarmUpOptions { DomainStart = 3 }).GetCap(First, "example.org"));
    }

    [Fact]
    public void EveryDomainMayHaveAMessageOnTheSmallestPlan() =>
        Assert.Equal(1, Plan(new WarmUpOptions { Start = 1, Factor = 1 }).GetCap(First.AddDays(20), "example.org"));

    [Fact]
    public void ALongPlanDoesNotOverflow() =>
        Assert.Equal(1_000_000_000, Plan(new WarmUpOptions { Factor = 10, Days = 365 }).GetCap(First.AddDays(364)));

    [Fact]
    public void APlanStartsAnewWithALaterFirstDay() =>
        Assert.Equal(50, new WarmUpPlan("mx1:25", new WarmUpOptions { FirstDay = First.AddDays(5) })
            .GetCap(First.AddDays(5)));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(10, 9)]
    [InlineData(200, 180)]
    public void ATenthOfACapIsKeptForNotices(long cap, long forDigests)
    {
        Assert.Equal(forDigests, Room(cap, default, MessageClass.Digest, 12));
        Assert.Equal(cap, Room(cap, default, MessageClass.Notice, 12));
        Assert.Equal(cap - forDigests, Room(cap, new CapUsage(forDigests, 0), MessageClass.Notice, 12));
    }

    [Fact]
    public void MoreNoticesThanThatTakeThePlaceOfDigests()
    {
        Assert.Equal(50, Room(100, new CapUsage(0, 50), MessageClass.Digest, 12));
        Assert.Equal(0, Room(100, new CapUsage(50, 50), MessageClass.Notice, 12));
        Assert.Equal(0, Room(100, new CapUsage(120, 0), MessageClass.Digest, 12));
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(11, 90)]
    [InlineData(23, 180)]
    public void EarlierDigestsGetTheCapHourByHour(int hour, long open) =>
        Assert.Equal(open, Room(200, default, MessageClass.EarlierDigest, hour));

    [Fact]
    public void EarlierDigestsLeaveWhatTheDaysOwnHaveUsed() =>
        Assert.Equal(0, Room(200, new CapUsage(90, 0), MessageClass.EarlierDigest, 11));

    private static WarmUpPlan Plan(WarmUpOptions options) => new("mx1:25", options with { FirstDay = First });

    private static long Room(long cap, CapUsage usage, MessageClass messageClass, int hour) =>
        WarmUpAllowance.GetRoom(cap, usage, messageClass, new TimeSpan(hour, 30, 0));
}
