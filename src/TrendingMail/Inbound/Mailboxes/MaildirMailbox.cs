

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>
/// Reads a Maildir. Messages arrive in <c>new</c>; handled messages are deleted, and the others move to <c>cur</c>, as
/// the format prescribes for messages that a mail program has seen.
/// </summary>
internal sealed class MaildirMailbox(MailboxOptions options, MailboxProcessor processor)
{
    /// <summary>Reads the messages present, once.</summary>
    public async Task ReadAsync(CancellationToken stop)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(options.Path, "new")).Order(StringComparer.Ordinal))
        {
            ReadOnlyMemory<byte> bytes;
            var stream = File.OpenRead(file);
            await using (stream)
            {
                var buffer = new byte[Math.Min(stream.Length, MailFiles.MaximumBytes)];
                await stream.ReadExactlyAsync(buffer, stop);
                bytes = buffer;
            }

            if (await processor.ProcessAsync(bytes, options.Name, stop))
            {
                File.Delete(file);
            }
            else
            {
                File.Move(file, Path.Combine(options.Path, "cur", $"{Path.GetFileName(file)}:2,"));
            }
        }
    }
}
