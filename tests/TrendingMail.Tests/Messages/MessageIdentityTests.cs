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
        Assert.Equal("2026-11-23:daily:example.org:trendingmail", identity.FormatFeedbackId("example.org"));
    }

    [Fact]
    public void TestMessageHasAKindOfItsOwnAndAnIdThatNoDeliveryHas()
    {
        var identity = MessageIdentity.ForTest(Daily, Morning);

        Assert.Equal(
            $"test-2026-11-23.{Morning.ToUnixTimeMilliseconds()}@example.org", identity.FormatMessageId("example.org"));
        Assert.Equal("2026-11-23:test:example.org:trendingmail", identity.FormatFeedbackId("example.org"));
    }

    [Fact]
    public void ASeedMessageBelongsToItsMailingAndToNoDelivery()
    {
        var identity = MessageIdentity.ForSeed(Daily, 17, Morning);
        var messageId = identity.FormatMessageId("example.org");

        Assert.Equal("seed-2026-11-23.1152921504606846993@example.org", messageId);
        Assert.Equal("2026-11-23:daily:example.org:trendingmail", identity.FormatFeedbackId("example.org"));
        Assert.Null(MessageIdentity.TryParse(messageId));
    }

    [Theory]
    [InlineData("daily-2026-11-23.77@example.org", 77L)]
    [InlineData("daily-2026-11-23.77@EXAMPLE.ORG", 77L)]
    [InlineData("daily-2026-11-23.77@example.net", null)]
    [InlineData("daily-2026-11-23.x@example.org", null)]
    [InlineData("daily-2026-11-23.77", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void DeliveryIdIsParsedFromOurMessageIdsOnly(string? messageId, long? deliveryId) =>
        Assert.Equal(deliveryId, MessageIdentity.TryParseDeliveryId(messageId, "example.org"));
}
