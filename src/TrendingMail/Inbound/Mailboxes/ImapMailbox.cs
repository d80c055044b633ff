using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using TrendingMail.Inbound.Sources;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>
/// A folder on an IMAP server. Mails that were dealt with are moved or deleted; others are marked, so that they are
/// looked at once, and stay unread.
/// </summary>
internal sealed class ImapMailbox(MailboxOptions options, Intake intake)
{
    private const string Mark = "TrendingMailSeen";

    /// <summary>
    /// Under the 29 minutes after which a server may hang up (RFC 2177), and under what routers forget.
    /// </summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(9);

    /// <summary>Those that the server cannot mark.</summary>
    private readonly HashSet<UniqueId> seen = [];

    /// <summary>Mails came or went since the folder was last searched.</summary>
    private bool changed;

    /// <summary>Ends the wait; null while there is none.</summary>
    private CancellationTokenSource? enough;

    /// <summary>Reads until it is told to stop, or the connection breaks.</summary>
    public async Task WatchAsync(Action connected, CancellationToken stop)
    {
        using var client = new ImapClient();
        await Connections.OpenAsync(client, options, stop);
        var folder = options.Folder.Equals("INBOX", StringComparison.OrdinalIgnoreCase)
            ? client.Inbox!
            : await client.GetFolderAsync(options.Folder, stop);
        await folder.OpenAsync(FolderAccess.ReadWrite, stop);
        var done = options.DoneFolder.Length > 0 ? await DoneFolderAsync(client, stop) : null;
        folder.CountChanged += OnCount;
        connected();
        while (true)
        {
            // The server tells of a mail once. One that came while others were read has been told of before the wait.
            do
            {
                changed = false;
                await ReadAllAsync(folder, done, stop);
            }
            while (changed);

            await WaitAsync(client, stop);
        }
    }

    private void OnCount(object? sender, EventArgs e)
    {
        changed = true;
        enough?.Cancel();
    }

    private async Task ReadAllAsync(IMailFolder folder, IMailFolder? done, CancellationToken stop)
    {
        var canMark = folder.PermanentFlags.HasFlag(MessageFlags.UserDefined);
        foreach (var uid in await folder.SearchAsync(canMark ? SearchQuery.NotKeyword(Mark) : SearchQuery.All, stop))
        {
            if (seen.Contains(uid))
            {
                continue;
            }

            if (await intake.TakeAsync(await FetchAsync(folder, uid, stop), options.Name, stop))
            {
                await TakeOffAsync(folder, done, uid, stop);
            }
            else if (canMark)
            {
                await folder.StoreAsync(uid, Adding(MessageFlags.None, Mark), stop);
            }
            else
            {
                seen.Add(uid);
            }
        }
    }

    private static StoreFlagsRequest Adding(MessageFlags flags, params string[] keywords) =>
        new(StoreAction.Add, flags, keywords.ToHashSet(StringComparer.Ordinal)) { Silent = true };

    private static async Task TakeOffAsync(IMailFolder folder, IMailFolder? done, UniqueId uid, CancellationToken stop)
    {
        if (done is not null)
        {
            await folder.MoveToAsync(uid, done, stop);
            return;
        }

        await folder.StoreAsync(uid, Adding(MessageFlags.Deleted), stop);
        await folder.ExpungeAsync([uid], stop);
    }

    /// <summary>The beginning is enough, however long the mail is.</summary>
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

        using var waiting = new CancellationTokenSource(LongestIdle);
        enough = waiting;
        try
        {
            await client.IdleAsync(waiting.Token, stop);
        }
        finally
        {
            enough = null;
        }
    }

    private async Task<IMailFolder> DoneFolderAsync(ImapClient client, CancellationToken stop)
    {
        try
        {
            return await client.GetFolderAsync(options.DoneFolder, stop);
        }
        catch (FolderNotFoundException)
        {
            var root = client.GetFolder(client.PersonalNamespaces[0]);
            return await root.CreateAsync(options.DoneFolder, isMessageFolder: true, stop)
                ?? throw new TrendingMailException(
                    $"{options.Name} has no folder {options.DoneFolder} and does not let one be made.");
        }
    }
}
