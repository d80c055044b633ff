using TrendingMail.Delivery;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Tests.Inbound.Mailboxes;

public sealed class ImapMailboxTests : MailboxTests
{
    [Fact]
    public async Task MessageArrivingDuringProcessingIsReadBeforeIdling()
    {
        await using var server = new ScriptedImapServer(await File.ReadAllBytesAsync(MailFile("person.eml"), Stop));
        var options = new MailboxOptions
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Security = SmtpSecurity.None,
            AllowPlaintextPassword = true,
            UserName = "bounces",
            Password = "secret",
        };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var monitoring = new ImapMailbox(options, Processor).MonitorAsync(() => { }, end.Token);
        await Task.WhenAny(server.Idle, monitoring);
        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => monitoring);
        Assert.Equal(["1", "2"], server.Fetched);
    }

    [Theory]
    [InlineData(SmtpSecurity.Auto)]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.None)]
    public async Task ThePasswordIsNotSentWithoutTls(SmtpSecurity security)
    {
        await using var server = new ScriptedImapServer(await File.ReadAllBytesAsync(MailFile("person.eml"), Stop));
        var options = new MailboxOptions
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Security = security,
            UserName = "bounces",
            Password = "secret",
        };

        await Assert.ThrowsAsync<NotSupportedException>(() => new ImapMailbox(options, Processor).MonitorAsync(
            () => { }, Stop));
        Assert.Empty(server.Fetched);
    }
}
