using System.IO.Compression;
using TrendingMail.Delivery.Hold;

namespace TrendingMail.Tests.Delivery.Hold;

public sealed class RelayLogTests : IDisposable
{
    private const string Accepted = """
        Dec  1 06:00:00 mail postfix/smtpd[10]: 4A1B2C3D4E: client=localhost[127.0.0.1]
        Dec  1 06:00:00 mail postfix/cleanup[11]: 4A1B2C3D4E: message-id=<daily-2026-12-01.7@example.org>
        Dec  1 06:00:00 mail postfix/qmgr[12]: 4A1B2C3D4E: from=<b+7@example.org>, size=9, nrcpt=1 (queue active)
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("postfix/smtp", "sent (250 2.0.0 ok)")]
    [InlineData("postfix-out/relay/smtp", "deferred (connect timed out)")]
    [InlineData("postfix/virtual", "bounced (unknown user)")]
    public void AnAttemptNamesTheRecipientWhateverCameOfIt(string agent, string status)
    {
        var message = Assert.Single(Parse($"""
            {Accepted}
            Dec  1 06:00:01 mail {agent}[13]: 4A1B2C3D4E: to=<Ada@example.org>, relay=none, delay=1, status={status}
            Dec  1 06:00:01 mail postfix/qmgr[12]: 4A1B2C3D4E: removed
            """));

        Assert.Equal("daily-2026-12-01.7@example.org", message.MessageId);
        Assert.Equal(["Ada@example.org"], message.Recipients);
    }

    [Fact]
    public void AMessageInTheQueueIsAcceptedBeforeItsFirstAttempt() =>
        Assert.Empty(Assert.Single(Parse(Accepted)).Recipients);

    [Fact]
    public void AMessageWhoseTransferBrokeOffIsNotAccepted() => Assert.Empty(Parse("""
        2026-12-01T06:00:00.1+00:00 mail postfix/cleanup[11]: 4A1B2C3D4E: message-id=<daily-2026-12-01.7@example.org>
        2026-12-01T06:00:01.1+00:00 mail postfix/smtpd[10]: lost connection after DATA from localhost[127.0.0.1]
        """));

    [Fact]
    public void AQueueIdThatIsUsedAgainIsAnotherMessage() => Assert.Equal(
        ["daily-2026-12-01.7@example.org", "daily-2026-12-01.8@example.org"],
        Parse(Accepted + "\n" + Accepted.Replace(".7@", ".8@", StringComparison.Ordinal))
            .Select(message => message.MessageId));

    [Fact]
    public void AnAliasAlsoNamesTheOriginalRecipient() => Assert.Equal(
        ["ada@example.net", "ada@example.org"],
        Assert.Single(Parse($"""
            {Accepted}
            Dec  1 06:00:01 m postfix/smtp[13]: 4A1B2C3D4E: to=<ada@example.net>, orig_to=<ada@example.org>, status=sent
            """)).Recipients.Order(StringComparer.Ordinal));

    [Fact]
    public async Task ACompressedLogIsRead()
    {
        var file = folder.File("mail.log.2.gz");
        await using (var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest))
        await using (var writer = new StreamWriter(gzip))
        {
            await writer.WriteAsync(Accepted);
        }

        Assert.Single(RelayLog.Read(file));
    }

    [Fact]
    public void AFileThatIsNoLogOfPostfixIsRejected()
    {
        var fault = Assert.Throws<TrendingMailException>(() => RelayLog.Read(folder.Write("mail.log", "Dear Ada,\n")));

        Assert.Contains("is not a log of Postfix", fault.Message, StringComparison.Ordinal);
        Assert.Throws<TrendingMailException>(() => RelayLog.Read(folder.File("missing.log")));
    }

    private static IReadOnlyList<AcceptedMessage> Parse(string log) => RelayLog.Parse(log.Split('\n'))!;
}
