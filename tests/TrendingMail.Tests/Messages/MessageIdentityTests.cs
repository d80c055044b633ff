using TrendingMail.Messages;

namespace TrendingMail.Tests.Messages;

public sealed class MessageIdentityTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static readonly Mailing Daily = new Mailing.Daily(new DateOnly(2026, 11, 23));

    [Fact]
    public void MessageIdAndFeedbackIdNameTheMailing()
    {
        var identity = new MessageIdentity(Daily, 77, Morning);

        Assert.Equal("daily-2026-11-23.77@example.org", identity.FormatMessageId("example.org"));
        Assert.Equal("2026-11-23:daily:trendingmail:example.org", identity.FormatFeedbackId("example.org"));
    }

    [Fact]
    public void TestMessageHasAKindOfItsOwnAndAnIdThatNoDeliveryHas()
    {
        var identity = MessageIdentity.ForTest(Daily, Morning);

        Assert.Equal($"test-2026-11-23.{Morning.ToUnixTimeMilliseconds()}@example.org", identity.FormatMessageId("example.org"));
        Assert.Equal("2026-11-23:test:trendingmail:example.org", identity.FormatFeedbackId("example.org"));
    }
}
