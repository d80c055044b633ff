using TrendingMail.Delivery.Throttling.WarmUp;

namespace TrendingMail.Tests.Delivery.Throttling.WarmUp;

public sealed class PostponementScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 8, 20, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset NextHour = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TheFirstAreTriedInTheNextHourInTheirOrder()
    {
        Assert.Equal(NextHour, Next(0));
        Assert.Equal(NextHour.AddMilliseconds(49), Next(49));
    }

    [Fact]
    public void ALongQueueIsSpreadOverTheHours()
    {
        Assert.Equal(NextHour.AddHours(1), Next(50));
        Assert.Equal(NextHour.AddHours(2).AddMilliseconds(1), Next(101));
    }

    [Fact]
    public void ALargerCapTriesMoreInEachHour() =>
        Assert.Equal(NextHour.AddMilliseconds(200), PostponementSchedule.GetNext(200, 1200, Now, Now.AddDays(1)));

    [Fact]
    public void ADeliveryIsTriedOnceMoreBeforeItExpires()
    {
        var expiresAt = Now.AddMinutes(30);

        Assert.Equal(expiresAt.AddMinutes(-15), PostponementSchedule.GetNext(0, 24, Now, expiresAt));
        Assert.Equal(
            expiresAt.AddMinutes(-15).AddMilliseconds(99), PostponementSchedule.GetNext(99, 24, Now, expiresAt));
        Assert.Null(PostponementSchedule.GetNext(0, 24, expiresAt.AddMinutes(-15), expiresAt));
    }

    [Fact]
    public void EachCapAndEachHourCountsByItself()
    {
        var schedule = new PostponementSchedule();

        Assert.Equal(NextHour, schedule.GetNext("mx1:25 ", 0, Now, Now.AddDays(1)));
        Assert.Equal(NextHour.AddMilliseconds(1), schedule.GetNext("mx1:25 ", 0, Now, Now.AddDays(1)));
        Assert.Equal(NextHour, schedule.GetNext("mx1:25 gmail.com", 0, Now, Now.AddDays(1)));
        Assert.Equal(NextHour.AddHours(1), schedule.GetNext("mx1:25 ", 0, NextHour, Now.AddDays(1)));
    }

    private static DateTimeOffset? Next(int position) =>
        PostponementSchedule.GetNext(position, 0, Now, Now.AddDays(1));
}
