using TrendingMail.Messages;

namespace TrendingMail.Tests.Messages;

public sealed class MailingTests
{
    private static readonly DateOnly Day = new(2026, 11, 23);

    public static TheoryData<Mailing, string, string> TextForms => new()
    {
        { new Mailing.Daily(Day), "daily", "2026-11-23" },
        { new Mailing.Weekly(Day), "weekly", "2026-11-23" },
        { new Mailing.Notice(NoticeKind.Confirmation, 7), "confirmation", "7" },
        { new Mailing.Notice(NoticeKind.Welcome, 7), "welcome", "7" },
        { new Mailing.Notice(NoticeKind.Goodbye, 7), "goodbye", "7" },
        { new Mailing.Notice(NoticeKind.AddressChangeConfirmation, 7), "address_change_confirmation", "7" },
        { new Mailing.Notice(NoticeKind.AddressChangeNotice, 7), "address_change_notice", "7" },
        { new Mailing.Unknown("raffle", "x-1"), "raffle", "x-1" },
    };

    [Theory]
    [MemberData(nameof(TextForms))]
    public void TextFormIsParsedBack(Mailing mailing, string kindName, string key)
    {
        Assert.Equal((kindName, key), (mailing.KindName, mailing.Key));
        Assert.Equal(mailing, Mailing.Parse(kindName, key));
    }

    [Theory]
    [InlineData("daily", "2026-11")]
    [InlineData("weekly", "")]
    [InlineData("welcome", "-7")]
    [InlineData("Daily", "2026-11-23")]
    public void AnyOtherTextIsAnUnknownMailing(string kindName, string key) =>
        Assert.Equal(new Mailing.Unknown(kindName, key), Mailing.Parse(kindName, key));
}
