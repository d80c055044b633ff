using TrendingMail.Delivery;
using TrendingMail.Digests;

namespace TrendingMail.Tests.Digests;

public sealed class DigestTests
{
    private static readonly DateOnly Friday = new(2026, 11, 27);

    private static readonly DateOnly[] Workdays = [.. Enumerable.Range(-4, 5).Select(Friday.AddDays)];

    [Fact]
    public void AWeekIsSevenDaysThatEndOnItsDay()
    {
        var week = Digest.WeekOf(Friday);

        Assert.Equal((7, new DateOnly(2026, 11, 21), Friday), (week.Count, week[0], week[^1]));
    }

    [Fact]
    public void TheLedgerTellsADayFromAWeek()
    {
        Assert.Equal(new Mailing(MailingKind.Daily, "2026-11-27"), Digest.MailingOf(weekly: false, Friday));
        Assert.Equal(new Mailing(MailingKind.Weekly, "2026-11-27"), Digest.MailingOf(weekly: true, Friday));
    }

    [Fact]
    public void AWeekHasAllItsEditionsForWhoHadNoneOfThem() =>
        Assert.Equal(Workdays, Digest.DaysLeft(Friday, Workdays, [Digest.MailingOf(weekly: true, Friday.AddDays(-7))]));

    [Fact]
    public void WhatCameDayByDayDoesNotComeAgainInTheWeek() => Assert.Equal(Workdays[2..], Digest.DaysLeft(
        Friday, Workdays, [Digest.MailingOf(weekly: false, Workdays[0]), Digest.MailingOf(weekly: false, Workdays[1])]));

    [Fact]
    public void WhatCameInAnEarlierWeekDoesNotComeAgain() =>
        Assert.Equal(Workdays[3..], Digest.DaysLeft(Friday, Workdays, [Digest.MailingOf(weekly: true, Workdays[2])]));

    [Fact]
    public void ALaterWeekTakesNothingFromAnEarlierOne() =>
        Assert.Equal(Workdays, Digest.DaysLeft(Friday, Workdays, [Digest.MailingOf(weekly: true, Friday)]));
}
