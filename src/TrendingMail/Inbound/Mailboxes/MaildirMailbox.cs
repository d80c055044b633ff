using TrendingMail.Inbound.Sources;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>
/// A Maildir: mails arrive in <c>new</c>. Those that were dealt with are deleted; others move to <c>cur</c>, where mail
/// programs look for what has been seen by one of them.
/// </summary>
internal sealed class MaildirMailbox(MailboxOptions options, Intake intake)
{
    /// <summary>Reads what is there, once.</summary>
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

            if (await intake.TakeAsync(bytes, options.Name, stop))
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
