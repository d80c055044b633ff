using System.Globalization;
using TrendingMail.Digests.Planning;
using TrendingMail.Editions;
using TrendingMail.Editions.Forecasting;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Tests.Digests.Planning;

public sealed class DueRuleTests
{
    private static readonly TimeSpan CatchUp = TimeSpan.FromHours(24);

    [Theory]
    [InlineData("Pacific/Kiritimati", "07:00", "2026-11-24T06:00Z")]
    [InlineData("Asia/Tokyo", "07:00", "2026-11-24T06:00Z")]
    [InlineData("America/Los_Angeles", "20:00", "2026-11-24T06:00Z")]
    [InlineData("Europe/Berlin", "02:30", "2027-03-28T06:00Z")] // skipped: clocks go from 02:00 to 03:00
    [InlineData("Europe/Berlin", "02:30", "2026-10-25T06:00Z")] // twice: clocks go from 03:00 to 02:00
    public void WhoIsDueAfterTheMissingEditionWaitsWhateverTheZone(string zone, string sendAt, string now)
    {
        var schedule = Schedule(zone, sendAt);
        var latest = DueTime.Latest(schedule, Instant(now));

        var rule = DueRule.For(schedule, Missing(latest), CatchUp, Instant(now));

        Assert.Equal((DueAction.Wait, latest), rule.Decide(latest));
        Assert.Equal(
            DueAction.Send, DueRule.For(schedule, Missing(latest), CatchUp, latest + CatchUp).Decide(latest).Action);
        Assert.Equal(DueAction.Send,
            DueRule.For(schedule, Missing(latest.AddMinutes(1)), CatchUp, Instant(now)).Decide(latest).Action);
    }

    [Fact]
    public void WhoHasWaitedLongEnoughIsDueAgainAtTheLatestSendTime()
    {
        var schedule = Schedule("UTC", "06:00");
        var now = Instant("2026-11-25T09:00Z");

        Assert.Equal((DueAction.Send, now.AddHours(-3)),
            DueRule.For(schedule, Missing(now.AddDays(-2)), CatchUp, now).Decide(now.AddHours(-27)));
    }

    [Fact]
    public void NothingOldIsSentBeforeTheSourcesWereAskedAfterAnOutage()
    {
        var schedule = Schedule("UTC", "06:00");
        var now = Instant("2026-11-25T09:00Z");
        var outlook = Missing(now.AddDays(-2)) with { IsFetchPending = true };

        Assert.Equal((DueAction.Skip, now.AddHours(-3)),
            DueRule.For(schedule, outlook, CatchUp, now).Decide(now.AddHours(-27)));
    }

    [Fact]
    public void AWeeklyDigestDoesNotWaitForAnEditionThatIsMerelyPossible()
    {
        var now = Instant("2026-11-27T06:00Z");
        var outlook = Missing(now) with { ExpectedSince = null, PossibleSince = now.AddHours(-9) };
        var weekly = Schedule("UTC", "06:00") with { Frequency = Frequency.Weekly, Weekday = DayOfWeek.Friday };

        Assert.Equal(DueAction.Send, DueRule.For(weekly, outlook, CatchUp, now).Decide(now).Action);
        Assert.Equal(DueAction.Wait,
            DueRule.For(Schedule("UTC", "06:00"), outlook, CatchUp, now).Decide(now).Action);
    }

    [Fact]
    public void ANewSubscriberWaitsOnlyIfThereIsNothingToSend()
    {
        var schedule = Schedule("UTC", "06:00");
        var now = Instant("2026-11-24T21:40Z");
        var outlook = Missing(now.AddMinutes(-10));

        Assert.Equal(DueAction.Send, DueRule.For(schedule, outlook, CatchUp, now).Decide(now).Action);
        Assert.Equal(DueAction.Wait,
            DueRule.For(schedule, outlook with { IsFresh = false }, CatchUp, now).Decide(now).Action);
    }

    [Theory]
    [InlineData("daily", "07:00", "05:30", "2026-11-24T07:00Z")] // 05:30 has passed: today's digest comes at 07:00
    [InlineData("daily", "07:00", "21:00", "2026-11-24T21:00Z")]
    [InlineData("daily", "07:00", "22:00", "2026-11-24T07:00Z")] // by 22:00 the next edition is published
    [InlineData("daily", "05:00", "09:00", "2026-11-24T09:00Z")]
    [InlineData("weekly", "07:00", "05:30", "2026-11-30T05:30Z")]
    public void AChangeOfScheduleLosesNoDigest(string frequency, string before, string after, string due)
    {
        var now = Instant("2026-11-24T06:00Z");
        var old = Schedule("UTC", before);
        var changed = Schedule("UTC", after) with
        {
            Frequency = Enum.Parse<Frequency>(frequency, ignoreCase: true),
            Weekday = DayOfWeek.Monday,
        };

        Assert.Equal(Instant(due), DueTime.Reschedule(old, DueTime.Next(old, null, now), changed,
            new PublicationTime(new TimeOnly(21, 30), TimeZoneInfo.Utc), now));
    }

    [Fact]
    public void AFirstDigestIsDueAtOnceAlsoAfterAChangeOfSchedule()
    {
        var now = Instant("2026-11-24T09:00Z");

        Assert.Equal(now, DueTime.Reschedule(
            Schedule("UTC", "07:00"), now.AddSeconds(-30), Schedule("UTC", "08:30"), null, now));
    }

    private static SendSchedule Schedule(string zone, string sendAt) => new(
        Frequency.Daily, DayOfWeek.Monday, TimeOnly.Parse(sendAt, CultureInfo.InvariantCulture), zone);

    private static EditionOutlook Missing(DateTimeOffset since) => new()
    {
        Newest = new EditionSummary
        {
            Number = 1, Day = DateOnly.FromDateTime(since.UtcDateTime).AddDays(-3), PublishedAt = since.AddDays(-3),
            Sample = false, Papers = 1,
        },
        NewestDueAt = since.AddDays(-3),
        IsFresh = true,
        ExpectedSince = since,
    };

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
