using Microsoft.Extensions.Logging;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>Reads the mailboxes of the settings for as long as the program runs, side by side.</summary>
public sealed class MailboxWatch(InboundOptions options, Intake intake, ILogger<MailboxWatch> logger)
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(10);

    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(options.Mailboxes.Select(mailbox => WatchAsync(mailbox, stop)));

    private async Task WatchAsync(MailboxOptions mailbox, CancellationToken stop)
    {
        var look = LookAt(mailbox);
        var rest = FirstRest;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await look(() => rest = FirstRest, stop);
                await Task.Delay(TimeSpan.FromSeconds(mailbox.PollSeconds), stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested && Connections.Explain(e, mailbox) is not null)
            {
                logger.LogWarning("The mailbox {Mailbox} cannot be read, trying again in {Rest}: {Fault}",
                    mailbox.Name, rest, Connections.Explain(e, mailbox));
                await Task.Delay(rest, stop).ContinueWith(_ => { }, TaskScheduler.Default);
                rest = rest * 2 < LongestRest ? rest * 2 : LongestRest;
            }
            catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or IOException)
            {
                return;
            }
        }
    }

    private Func<Action, CancellationToken, Task> LookAt(MailboxOptions mailbox)
    {
        switch (mailbox.Protocol)
        {
            case MailboxProtocol.Pop3:
                return new Pop3Mailbox(mailbox, intake).ReadAsync;
            case MailboxProtocol.Maildir:
                var maildir = new MaildirMailbox(mailbox, intake);
                return (_, stop) => maildir.ReadAsync(stop);
            default:
                return new ImapMailbox(mailbox, intake).WatchAsync;
        }
    }
}
