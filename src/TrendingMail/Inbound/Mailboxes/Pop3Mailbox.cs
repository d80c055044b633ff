using MailKit.Net.Pop3;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>
/// Reads a mailbox on a POP3 server. Handled messages are deleted; the others stay, and are fetched only once.
/// </summary>
internal sealed class Pop3Mailbox(MailboxOptions options, MailboxProcessor processor)
{
    /// <summary>POP3 can fetch a whole message or its headers. Above this size only the headers are fetched.</summary>
    private const int MaximumDownloadBytes = 20 << 20;

    private readonly HashSet<string> processedUids = new(StringComparer.Ordinal);

    /// <summary>Reads the messages present, once.</summary>
    public async Task ReadAsync(Action connected, CancellationToken stop)
    {
        using var client = new Pop3Client();
        await MailboxConnection.OpenAsync(client, options, stop);
        connected();
        var uids = client.Capabilities.HasFlag(Pop3Capabilities.UIDL) ? await client.GetMessageUidsAsync(stop) : [];
        for (var i = 0; i < client.Count; i++)
        {
            var uid = i < uids.Count ? uids[i] : null;
            if (uid is not null && processedUids.Contains(uid))
            {
                continue;
            }

            if (await processor.ProcessAsync(await FetchAsync(client, i, stop), options.Name, stop))
            {
                await client.DeleteMessageAsync(i, stop);
            }
            else if (uid is not null)
            {
                processedUids.Add(uid);
            }
        }

        // POP3 deletes at QUIT. If the connection breaks before that, the messages are read again and deduplicated.
        await client.DisconnectAsync(quit: true, stop);
    }

    private static async Task<byte[]> FetchAsync(Pop3Client client, int index, CancellationToken stop)
    {
        var isLong = await client.GetMessageSizeAsync(index, stop) > MaximumDownloadBytes;
        await using var stream = await client.GetStreamAsync(index, isLong, stop);
        var bytes = new byte[Math.Min(stream.Length, MailFiles.MaximumBytes)];
        await stream.ReadExactlyAsync(bytes, stop);
        return bytes;
    }
}
