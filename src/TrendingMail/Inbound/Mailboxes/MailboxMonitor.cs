using Microsoft.Extensions.Logging;
using TrendingMail.Delivery;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>Reads the configured mailboxes concurrently while the program runs.</summary>
public sealed class MailboxMonitor(
    InboundOptions options, MailOptions mail, MailboxProcessor processor, ILogger<MailboxMonitor> logger)
{
    private static readonly TimeSpan InitialRetryDelay = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MaximumRetryDelay = TimeSpan.FromMinutes(10);

    public Task RunAsync(CancellationToken stop)
    {
        if (options.Mailboxes.Count > 0 && mail.BounceAddress.Length == 0)
        {
            logger.LogWarning(
                "Mail:BounceAddress is empty: anyone can forge bounces and complaints, so those that carry no " +
                "signature of ours are counted but suppress nobody. Set Mail:BounceAddress to a mailbox with " +
                "subaddresses");
        }

        return Task.WhenAll(options.Mailboxes.Select(mailbox => MonitorAsync(mailbox, stop)));
    }

    private async Task MonitorAsync(MailboxOptions mailbox, CancellationToken stop)
    {
        var read = CreateReader(mailbox);
        var delay = InitialRetryDelay;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await read(() => delay = InitialRetryDelay, stop);
                await Task.Delay(TimeSpan.FromSeconds(mailbox.PollSeconds), stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested &&
                MailboxConnection.DescribeError(e, mailbox) is not null)
            {
                logger.LogWarning("Cannot read mailbox {Mailbox}, retrying in {Delay}: {Error}",
                    mailbox.Name, delay, MailboxConnection.DescribeError(e, mailbox));
                await Task.Delay(delay, stop).ContinueWith(_ => { }, TaskScheduler.Default);
                delay = delay * 2 < MaximumRetryDelay ? delay * 2 : MaximumRetryDelay;
            }
            catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or IOException)
            {
                return;
            }
        }
    }

    private Func<Action, CancellationToken, Task> CreateReader(MailboxOptions mailbox)
    {
        switch (mailbox.Protocol)
        {
            case MailboxProtocol.Pop3:
                return new Pop3Mailbox(mailbox, processor).ReadAsync;
            case MailboxProtocol.Maildir:
                var maildir = new MaildirMailbox(mailbox, processor);
                return (_, stop) => maildir.ReadAsync(stop);
            default:
                return new ImapMailbox(mailbox, processor).MonitorAsync;
        }
    }
}
