using System.Text;
using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Tests.Delivery.Smtp.Exchange;

public sealed class SmtpReplyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("550 5.1.1 no such user", 550, "5.1.1")]
    [InlineData("250 2.0.0 ok", 250, "2.0.0")]
    [InlineData("550 no such user", 550, null)]
    [InlineData("451 4.7.1", 451, "4.7.1")]
    [InlineData("550 <ada@example.net>: Recipient address rejected: 5.1.1 User unknown", 550, "5.1.1")]
    [InlineData("550 #5.1.0 Address rejected.", 550, "5.1.0")]
    [InlineData("554 Transaction failed (5.7.1): no", 554, "5.7.1")]
    [InlineData("550 Exim 4.9.7 says no", 550, null)]
    [InlineData("550 192.0.2.1 is listed", 550, null)]
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
    [InlineData("452 mailbox full", false)]
    [InlineData("450 no such user here", false)]
    [InlineData("450 4.1.8 no such domain", false)]
    [InlineData("550 5.7.1 spam", false)]
    public void ThrottlingDiffersFromMailboxDeferrals(string reply, bool isThrottling) =>
        Assert.Equal(isThrottling, SmtpReply.Parse(reply).IsThrottling);

    [Theory]
    [InlineData("250 ok\r\n", "250 ok")]
    [InlineData("250-first\r\n250-second\r\n250 third\r\n", "250 first second third")]
    [InlineData("250-first\r\n550 second\r\n", "550 first second")]
    [InlineData("550-5.7.1 first\r\n550-5.7.1 second\r\n550 5.7.1\r\n", "550 5.7.1 first second")]
    [InlineData("550-first\r\nsecond\r\n\r\n550 third\r\n", "550 first second third")]
    [InlineData("\r\n \r\n250 ok\r\n", "250 ok")]
    [InlineData("250OK\r\n", "250 OK")]
    [InlineData("250\tok\r\n", "250 ok")]
    [InlineData(" 250 ok\r\n", "250 ok")]
    [InlineData("250-\r\n250\r\n", "250 ")]
    [InlineData("550 \u001b[31mno\u0007\r\n", "550 [31mno")]
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
    [InlineData("550 192.0.2.1 is listed at dnsbl.example.net", true)]
    [InlineData("554 your host is in an RBL", true)]
    [InlineData("550 Invalid HELO", true)]
    [InlineData("550 Please turn on SMTP Authentication in your mail client", true)]
    [InlineData("550 <ada@example.net>: Recipient address rejected: User unknown", false)]
    [InlineData("550", false)]
    [InlineData("525 5.7.13 this account is disabled", false)]
    [InlineData("550 no such user", false)]
    [InlineData("451 4.7.1 slow down", false)]
    public void SenderLevelRejectionsDifferFromRecipientRejections(string reply, bool isSenderLevel) =>
        Assert.Equal(isSenderLevel, SmtpReply.Parse(reply).IsSenderLevel);

    [Theory]
    [InlineData("hello\r\n")]
    [InlineData("99 no\r\n")]
    [InlineData("650 no\r\n")]
    [InlineData("2500 no\r\n")]
    [InlineData("-ERR no\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    public async Task AMalformedReplyThrows(string input)
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(input));

        await Assert.ThrowsAsync<FormatException>(async () => await new ReplyReader(stream).ReadAsync(Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("250-first\r\n25")]
    [InlineData("250-first\r\n")]
    public async Task ATruncatedReplyThrows(string input)
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(input));

        await Assert.ThrowsAsync<EndOfStreamException>(async () => await new ReplyReader(stream).ReadAsync(Stop));
    }

    [Fact]
    public async Task ARejectionCountsEvenIfTheServerClosesTheConnectionBeforeItsLastLine()
    {
        using var stream = new MemoryStream("550-5.7.1 first\r\n550-5.7.1 second\r\n55"u8.ToArray());

        Assert.Equal("550 5.7.1 first second", (await new ReplyReader(stream).ReadAsync(Stop)).ToString());
    }

    [Fact]
    public async Task AReplyOfTenThousandLinesIsReadAndItsTextIsCut()
    {
        var lines = string.Concat(Enumerable.Range(1, 9_999).Select(i => $"250-this is line {i}\r\n"));
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(lines + "550 5.7.1 blocked\r\n354 next\r\n"));
        var reader = new ReplyReader(stream);

        var reply = await reader.ReadAsync(Stop);

        Assert.Equal(550, reply.Code);
        Assert.EndsWith("5.7.1 blocked", reply.Text, StringComparison.Ordinal);
        Assert.InRange(reply.Text.Length, 900, 1300);
        Assert.Equal(354, (await reader.ReadAsync(Stop)).Code);
    }

    [Fact]
    public async Task TheRestOfAVeryLongLineIsSkipped()
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(
            $"550-5.7.1 {new string('x', 20_000)}\r\n550 5.7.1 blocked\r\n354 next\r\n"));
        var reader = new ReplyReader(stream);

        Assert.EndsWith(" blocked", (await reader.ReadAsync(Stop)).Text, StringComparison.Ordinal);
        Assert.Equal(354, (await reader.ReadAsync(Stop)).Code);
    }

    [Fact]
    public async Task AnEndlessReplyIsGivenUp()
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("250-and more\r\n", 200_000))));

        await Assert.ThrowsAsync<FormatException>(async () => await new ReplyReader(stream).ReadAsync(Stop));
    }
}
