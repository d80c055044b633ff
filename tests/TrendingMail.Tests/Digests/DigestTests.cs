using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;

namespace TrendingMail.Tests.Digests;

public sealed class DigestTests
{
    private static readonly DateOnly Friday = new(2026, 11, 27);

    [Fact]
    public void ADaysDigestHasTheBestPapersOfItsEdition()
    {
        var digest = Digest.OfDay(Edition(7, Friday, 9, 5, 3), papers: 2);

        Assert.Equal(["9", "5"], digest.Papers.Select(chosen => chosen.Paper.Title));
        Assert.Equal((false, Friday, 7, 3), (digest.Weekly, digest.Day, digest.Number, digest.Total));
    }

    [Fact]
    public void AWeeksDigestHasTheBestPapersOfItsEditions()
    {
        var digest = Digest.OfWeek([Edition(6, Friday.AddDays(-4), 8, 2), Edition(7, Friday, 9, 5)], Friday, papers: 3);

        Assert.Equal(["9", "8", "5"], digest.Papers.Select(chosen => chosen.Paper.Title));
        Assert.Equal((true, Friday, 7, 4), (digest.Weekly, digest.Day, digest.Number, digest.Total));
    }

    [Fact]
    public void ATieOfAWeekGoesToThePaperThatCameFirst()
    {
        var first = Edition(6, Friday.AddDays(-1), 5);
        var second = Edition(7, Friday, 5) with { Papers = [new EditionPaper(1, 99, 5, Paper("later"))] };

        Assert.Equal(["5", "later"], Digest.OfWeek([first, second], Friday, 5).Papers.Select(chosen => chosen.Paper.Title));
    }

    [Fact]
    public void MoreThanThereIsCannotBeHad() => Assert.Single(Digest.OfDay(Edition(1, Friday, 4), papers: 50).Papers);

    [Fact]
    public void AWeekIsSevenDays() => Assert.Equal(new DateOnly(2026, 11, 21), Digest.WeekStart(Friday));

    [Fact]
    public void TheLedgerTellsADayFromAWeek()
    {
        Assert.Equal(new Mailing(MailingKind.Daily, "2026-11-27"), Digest.MailingOf(weekly: false, Friday));
        Assert.Equal(new Mailing(MailingKind.Weekly, "2026-11-27"), Digest.MailingOf(weekly: true, Friday));
    }

    private static Edition Edition(int number, DateOnly day, params int[] scores) => new()
    {
        Number = number,
        Day = day,
        PublishedAt = DateTimeOffset.UnixEpoch,
        Sample = false,
        Papers = [.. scores.Select((score, i) => new EditionPaper(i + 1, (number * 10) + i, score, Paper($"{score}")))],
    };

    private static FrozenPaper Paper(string title) => new()
    {
        Title = title,
        Abstract = "a",
        Summary = "s",
        SummaryByAi = false,
        Authors = [],
        Keywords = [],
        Upvotes = 0,
        Comments = 0,
    };
}
