using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>
/// Reads a folder on an IMAP server. Handled messages are moved or deleted; the others stay unread, with a keyword so
/// that they are processed only once.
/// </summary>
internal sealed class ImapMailbox(MailboxOptions options, MailboxProcessor processor)
{
    private const string ProcessedKeyword = "TrendingMailSeen";

    /// <summary>
    /// Below the 29 minutes after which a server may disconnect (RFC 2177), and below common NAT timeouts.
    /// </summary>
    private static readonly TimeSpan MaximumIdle = TimeSpan.FromMinutes(9);

    /// <summary>Messages already processed, on servers that do not support keywords.</summary>
    private readonly HashSet<UniqueId> processedUids = [];

    /// <summary>Whether the message count changed since the last search.</summary>
    private bool hasNewMessages;

    /// <summary>Ends the current IDLE; null while not idling.</summary>
    private CancellationTokenSource? idleCancellation;

    /// <summary>Reads messages until cancelled or disconnected.</summary>
    public async Task MonitorAsync(Action connected, CancellationToken stop)
    {
        using var client = new ImapClient();
        await MailboxConnection.OpenAsync(client, options, stop);
        var folder = options.Folder.Equals("INBOX", StringComparison.OrdinalIgnoreCase)
            ? client.Inbox!
            : await client.GetFolderAsync(options.Folder, stop);
        await folder.OpenAsync(FolderAccess.ReadWrite, stop);
        var done = options.ProcessedFolder.Length > 0 ? await GetProcessedFolderAsync(client, stop) : null;
        folder.CountChanged += OnCountChanged;
        connected();
        while (true)
        {
            // The server reports a new message once, so one that arrived during processing is read before waiting.
            do
            {
                hasNewMessages = false;
                await ReadAllAsync(folder, done, stop);
            }
            while (hasNewMessages);

            await WaitAsync(client, stop);
        }
    }

    private void OnCountChanged(object? sender, EventArgs e)
    {
        hasNewMessages = true;
        idleCancellation?.Cancel();
    }

    private async Task ReadAllAsync(IMailFolder folder, IMailFolder? done, CancellationToken stop)
    {
        var supportsKeywords = folder.PermanentFlags.HasFlag(MessageFlags.UserDefined);
        foreach (var uid in await folder.SearchAsync(
            supportsKeywords ? SearchQuery.NotKeyword(ProcessedKeyword) : SearchQuery.All, stop))
        {
            if (processedUids.Contains(uid))
            {
                continue;
            }

            if (await processor.ProcessAsync(await FetchAsync(folder, uid, stop), options.Name, stop))
            {
                await RemoveAsync(folder, done, uid, stop);
            }
            else if (supportsKeywords)
            {
                await folder.StoreAsync(uid, AddFlags(MessageFlags.None, ProcessedKeyword), stop);
            }
            else
            {
                processedUids.Add(uid);
            }
        }
    }

    private static StoreFlagsRequest AddFlags(MessageFlags flags, params string[] keywords) =>
        new(StoreAction.Add, flags, keywords.ToHashSet(StringComparer.Ordinal)) { Silent = true };

    private static async Task RemoveAsync(IMailFolder folder, IMailFolder? done, UniqueId uid, CancellationToken stop)
    {
        if (done is not null)
        {
            await folder.MoveToAsync(uid, done, stop);
            return;
        }

        await folder.StoreAsync(uid, AddFlags(MessageFlags.Deleted), stop);
        await folder.ExpungeAsync([uid], stop);
    }

    /// <summary>Fetches only the beginning of a long message.</summary>
    private static async Task<byte[]> FetchAsync(IMailFolder folder, UniqueId uid, CancellationToken stop)
    {
        await using var stream = await folder.GetStreamAsync(uid, 0, MailFiles.MaximumBytes, stop);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, stop);
        return bytes.ToArray();
    }

    private async Task WaitAsync(ImapClient client, CancellationToken stop)
    {
        if (!client.Capabilities.HasFlag(ImapCapabilities.Idle))
        {
            await Task.Delay(TimeSpan.FromSeconds(options.PollSeconds), stop);
            await client.NoOpAsync(stop);
            return;
        }

        using var cancellation = new CancellationTokenSource(MaximumIdle);
        idleCancellation = cancellation;
        try
        {
            await client.IdleAsync(cancellation.Token, stop);
        }
        finally
        {
            idleCancellation = null;
        }
    }

    private async Task<IMailFolder> GetProcessedFolderAsync(ImapClient client, CancellationToken stop)
    {
        try
        {
            return await client.GetFolderAsync(options.ProcessedFolder, stop);
        }
        catch (FolderNotFoundException)
        {
            var root = client.GetFolder(client.PersonalNamespaces[0]);
            return await root.CreateAsync(options.ProcessedFolder, isMessageFolder: true, stop)
                ?? throw new TrendingMailException(
                    $"{options.Name} has no folder {options.ProcessedFolder}, and creating it failed.");
        }
    }
}
