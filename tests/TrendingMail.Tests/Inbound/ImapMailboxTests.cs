using TrendingMail.Delivery;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Tests.Inbound;

public sealed class ImapMailboxTests : MailboxTests
{
    [Fact]
    public async Task AMailThatComesWhileOthersAreReadIsReadBeforeTheWait()
    {
        await using var server = new ScriptedImapServer(await File.ReadAllBytesAsync(MailFile("person.eml"), Stop));
        var options = new MailboxOptions
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Security = SmtpSecurity.None,
            UserName = "bounces",
            Password = "secret",
        };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var watching = new ImapMailbox(options, Intake).WatchAsync(() => { }, end.Token);
        await Task.WhenAny(server.Idle, watching);
        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.Equal(["1", "2"], server.Fetched);
    }
}
