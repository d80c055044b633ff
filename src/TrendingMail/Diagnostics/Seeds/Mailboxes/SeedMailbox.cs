using System.Text.RegularExpressions;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Diagnostics.Seeds.Mailboxes;

/// <summary>Where a seed message was found.</summary>
/// <param name="ArrivedAt">When the provider received it.</param>
/// <param name="Verdicts">What the provider found about its authentication; null if it does not say.</param>
public sealed record FoundMessage(
    Placement Placement, string Folder, DateTimeOffset? ArrivedAt, AuthenticationVerdicts? Verdicts);

/// <summary>
/// Searches a seed mailbox by IMAP. It only examines folders: nothing is marked as read, moved or deleted.
/// </summary>
internal sealed partial class SeedMailbox(SeedOptions seed)
{
    private static readonly string[] Tabs = ["Promotions", "Social", "Updates", "Forums"];

    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long the search of all folders may take.</summary>
    private static readonly TimeSpan SearchLimit = TimeSpan.FromMinutes(2);

    /// <summary>Looks for messages: in the inbox, in spam folders, then in all others.</summary>
    /// <returns>Those found, by their id.</returns>
    /// <exception cref="TrendingMailException">The mailbox cannot be read; the message says why.</exception>
    public async Task<IReadOnlyDictionary<long, FoundMessage>> SearchAsync(
        IReadOnlyCollection<SeedMessage> messages, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(SearchLimit);
        try
        {
            using var client = new ImapClient { Timeout = (int)CommandLimit.TotalMilliseconds };
            await MailboxConnection.OpenAsync(client, seed, limit.Token);
            var found = await SearchAsync(client, messages, limit.Token);
            await client.DisconnectAsync(quit: true, limit.Token);
            return found;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested &&
            MailboxConnection.DescribeError(e, seed) is { } reason)
        {
            throw new TrendingMailException(reason, e);
        }
    }

    private static async Task<IReadOnlyDictionary<long, FoundMessage>> SearchAsync(
        ImapClient client, IReadOnlyCollection<SeedMessage> messages, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, FoundMessage>();
        foreach (var folder in await ListFoldersAsync(client, cancellationToken))
        {
            var missing = messages.Where(message => !found.ContainsKey(message.Id)).ToArray();
            if (missing.Length == 0)
            {
                break;
            }

            await folder.OpenAsync(FolderAccess.ReadOnly, cancellationToken);
            foreach (var message in missing)
            {
                var uids = await folder.SearchAsync(CreateQuery(message), cancellationToken);
                if (uids.Count > 0)
                {
                    var tab = await FindTabAsync(client, folder, uids, cancellationToken);
                    found[message.Id] = await DescribeAsync(folder, uids, tab, cancellationToken);
                }
            }
        }

        return found;
    }

    private static async Task<IEnumerable<IMailFolder>> ListFoldersAsync(
        ImapClient client, CancellationToken cancellationToken)
    {
        var folders = new List<IMailFolder> { client.Inbox! };
        foreach (var root in client.PersonalNamespaces)
        {
            folders.AddRange(await client.GetFoldersAsync(
                root, StatusItems.None, subscribedOnly: false, cancellationToken));
        }

        return folders.DistinctBy(folder => folder.FullName)
            .Select(folder => (Folder: folder, Rank: FolderClass.Rank(folder.Name, folder.Attributes)))
            .Where(entry => entry.Rank is not null)
            .OrderBy(entry => entry.Rank)
            .Select(entry => entry.Folder);
    }

    /// <param name="tab">The tab in which the inbox shows it; null if there is none.</param>
    private static async Task<FoundMessage> DescribeAsync(
        IMailFolder folder, IList<UniqueId> uids, string? tab, CancellationToken cancellationToken)
    {
        var summaries = await folder.FetchAsync(
            uids, new FetchRequest(MessageSummaryItems.InternalDate | MessageSummaryItems.Headers), cancellationToken);
        var first = summaries.OrderBy(summary => summary.InternalDate).FirstOrDefault();
        return new FoundMessage(
            tab is null ? FolderClass.Classify(folder.Name, folder.Attributes) : Placement.Other,
            tab ?? folder.FullName, first?.InternalDate?.ToUniversalTime(),
            first?.Headers is { } headers ? AuthenticationVerdicts.Read(headers) : null);
    }

    /// <summary>
    /// The tab of Gmail's inbox that shows a message, if it is not the primary one: to IMAP, they are all the inbox.
    /// </summary>
    private static async Task<string?> FindTabAsync(
        ImapClient client, IMailFolder folder, IList<UniqueId> uids, CancellationToken cancellationToken)
    {
        if (folder != client.Inbox || !client.Capabilities.HasFlag(ImapCapabilities.GMailExt1))
        {
            return null;
        }

        foreach (var tab in Tabs)
        {
            var query = SearchQuery.Uids(uids).And(
                SearchQuery.GMailRawSearch($"category:{tab.ToLowerInvariant()}"));
            if ((await folder.SearchAsync(query, cancellationToken)).Count > 0)
            {
                return tab;
            }
        }

        return null;
    }

    /// <summary>
    /// By our Message-ID. Some relays, such as Amazon SES, replace it with an id of their own, which their reply has.
    /// </summary>
    private static SearchQuery CreateQuery(SeedMessage message)
    {
        var ours = SearchQuery.HeaderContains("Message-Id", message.MessageId!);
        return RelayId().Match(message.Reply ?? "") is { Success: true } theirs
            ? ours.Or(SearchQuery.HeaderContains("Message-Id", theirs.Value))
            : ours;
    }

    /// <summary>Long enough to be in no other message's id by chance.</summary>
    [GeneratedRegex(@"(?<![^\s<])[0-9a-zA-Z-]{24,}(?![^\s@>])")]
    private static partial Regex RelayId();
}
