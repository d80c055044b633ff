using System.Text;
using TrendingMail.Delivery.Smtp;

namespace TrendingMail.Tests.Delivery.Smtp;

public sealed class SmtpReplyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("550 5.1.1 no such user", 550, "5.1.1")]
    [InlineData("250 2.0.0 ok", 250, "2.0.0")]
    [InlineData("550 no such user", 550, null)]
    [InlineData("451 4.7.1", 451, "4.7.1")]
    [InlineData("550 5.1 no", 550, null)]
    [InlineData("550 5.1.1234 no", 550, null)]
    [InlineData("250", 250, null)]
    [InlineData("the process ended", 0, null)]
    public void AReplyHasACodeAndPossiblyAnEnhancedStatus(string reply, int code, string? status) =>
        Assert.Equal((code, status), (SmtpReply.Parse(reply).Code, SmtpReply.Parse(reply).Status));

    [Theory]
    [InlineData("450 too much from you", true)]
    [InlineData("451 4.7.1 slow down", true)]
    [InlineData("451 4.3.2 system is busy", true)]
    [InlineData("452 4.2.2 mailbox full", false)]
    [InlineData("450 4.1.8 no such domain", false)]
    [InlineData("550 5.7.1 spam", false)]
    public void ThrottlingDiffersFromMailboxDeferrals(string reply, bool isThrottling) =>
        Assert.Equal(isThrottling, SmtpReply.Parse(reply).IsThrottling);

    [Theory]
    [InlineData("250 ok\r\n", "250 ok")]
    [InlineData("250-first\r\n250-second\r\n250 third\r\n", "250 first")]
    [InlineData("250\r\n", "250 ")]
    [InlineData("250 ok\n", "250 ok")]
    public async Task OneReplyIsReadAtATime(string input, string reply)
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(input + "354 next\r\n"));
        var reader = new ReplyReader(stream);

        Assert.Equal(reply, (await reader.ReadAsync(Stop)).ToString());
        Assert.Equal("354 next", (await reader.ReadAsync(Stop)).ToString());
    }

    [Theory]
    [InlineData("554 5.7.1 listed on a blocklist", true)]
    [InlineData("550 5.7.26 this message is not authenticated", true)]
    [InlineData("553 5.1.8 sender's domain does not exist", true)]
    [InlineData("554 your address has a poor reputation", true)]
    [InlineData("550 5.0.0 Spam is not wanted here", true)]
    [InlineData("550 5.1.1 no such user, or a policy says so", false)]
    [InlineData("552 5.2.2 mailbox full", false)]
    [InlineData("525 5.7.13 this account is disabled", false)]
    [InlineData("550 no such user", false)]
    [InlineData("451 4.7.1 slow down", false)]
    public void SenderLevelRejectionsDifferFromRecipientRejections(string reply, bool isSenderLevel) =>
        Assert.Equal(isSenderLevel, SmtpReply.Parse(reply).IsSenderLevel);

    [Theory]
    [InlineData("hello\r\n")]
    [InlineData("99 no\r\n")]
    [InlineData("650 no\r\n")]
    [InlineData("250x\r\n")]
    [InlineData("\r\n")]
    public async Task AMalformedReplyThrows(string input)
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(input));

        await Assert.ThrowsAsync<FormatException>(async () => await new ReplyReader(stream).ReadAsync(Stop));
    }

    [Fact]
    public async Task ATruncatedReplyThrows()
    {
        using var stream = new MemoryStream("250-first\r\n25"u8.ToArray());

        await Assert.ThrowsAsync<EndOfStreamException>(async () => await new ReplyReader(stream).ReadAsync(Stop));
    }
}
