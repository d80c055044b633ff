using TrendingMail.Digests;
using TrendingMail.Messages;

namespace TrendingMail.Tests.Digests;

public sealed class DigestTests
{
    private static readonly DateOnly Friday = new(2026, 11, 27);

    private static readonly DateOnly[] Workdays = [.. Enumerable.Range(-4, 5).Select(Friday.AddDays)];

    [Fact]
    public void WeekIsTheSevenDaysEndingOnItsDay()
    {
        var week = Digest.WeekEnding(Friday);

        Assert.Equal((7, new DateOnly(2026, 11, 21), Friday), (week.Count, week[0], week[^1]));
    }

    [Fact]
    public void DailyAndWeeklyMailingsDiffer()
    {
        Assert.Equal(new Mailing.Daily(Friday), Digest.MailingFor(weekly: false, Friday));
        Assert.Equal(new Mailing.Weekly(Friday), Digest.MailingFor(weekly: true, Friday));
        Assert.NotEqual(Digest.MailingFor(weekly: false, Friday), Digest.MailingFor(weekly: true, Friday));
    }

    [Fact]
    public void WeekIncludesAllEditionsIfNoneWasReceived() =>
        Assert.Equal(
            Workdays, Digest.UnsentDays(Friday, Workdays, [Digest.MailingFor(weekly: true, Friday.AddDays(-7))]));

    [Fact]
    public void WeekExcludesEditionsReceivedDaily() => Assert.Equal(Workdays[2..], Digest.UnsentDays(
        Friday, Workdays,
        [Digest.MailingFor(weekly: false, Workdays[0]), Digest.MailingFor(weekly: false, Workdays[1])]));

    [Fact]
    public void WeekExcludesEditionsOfAnEarlierWeek() =>
        Assert.Equal(
            Workdays[3..], Digest.UnsentDays(Friday, Workdays, [Digest.MailingFor(weekly: true, Workdays[2])]));

    [Fact]
    public void LaterWeekDoesNotAffectAnEarlierOne() =>
        Assert.Equal(Workdays, Digest.UnsentDays(Friday, Workdays, [Digest.MailingFor(weekly: true, Friday)]));
}
