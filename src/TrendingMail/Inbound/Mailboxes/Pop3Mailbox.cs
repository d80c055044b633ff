using MailKit.Net.Pop3;
using TrendingMail.Inbound.Sources;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>
/// A mailbox on a POP3 server. Mails that were dealt with are deleted; others stay, and are fetched once.
/// </summary>
internal sealed class Pop3Mailbox(MailboxOptions options, Intake intake)
{
    /// <summary>POP3 gives all of a mail or its header; of a longer one only the header is fetched.</summary>
    private const int LongestMail = 20 * MailFiles.MaximumBytes;

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    /// <summary>Reads what is there, once.</summary>
    public async Task ReadAsync(Action connected, CancellationToken stop)
    {
        using var client = new Pop3Client();
        await Connections.OpenAsync(client, options, stop);
        connected();
        var uids = client.Capabilities.HasFlag(Pop3Capabilities.UIDL) ? await client.GetMessageUidsAsync(stop) : [];
        for (var i = 0; i < client.Count; i++)
        {
            var uid = i < uids.Count ? uids[i] : null;
            if (uid is not null && seen.Contains(uid))
            {
                continue;
            }

            if (await intake.TakeAsync(await FetchAsync(client, i, stop), options.Name, stop))
            {
                await client.DeleteMessageAsync(i, stop);
            }
            else if (uid is not null)
            {
                seen.Add(uid);
            }
        }

        // What is deleted goes only now; a connection that broke before would leave it, and it would be seen again.
        await client.DisconnectAsync(quit: true, stop);
    }

    private static async Task<byte[]> FetchAsync(Pop3Client client, int index, CancellationToken stop)
    {
        var isLong = await client.GetMessageSizeAsync(index, stop) > LongestMail;
        await using var stream = await client.GetStreamAsync(index, isLong, stop);
        var bytes = new byte[Math.Min(stream.Length, MailFiles.MaximumBytes)];
        await stream.ReadExactlyAsync(bytes, stop);
        return bytes;
    }
}
