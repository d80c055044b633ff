using System.Runtime.CompilerServices;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>
/// Reads messages from a file, an mbox, a Maildir, a folder of files, or a stream such as standard input.
/// </summary>
public static class MailFiles
{
    /// <summary>Messages are truncated to this length.</summary>
    public const int MaximumBytes = 1 << 20;

    private static readonly byte[] MboxStart = "From "u8.ToArray();

    /// <exception cref="TrendingMailException">The path does not exist.</exception>
    public static async IAsyncEnumerable<StoredMail> ReadAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Path.Exists(path))
        {
            throw new TrendingMailException(
                $"There is no file or folder {path}. Give a message, an mbox, a Maildir, or - for standard input.");
        }

        foreach (var file in Directory.Exists(path) ? ListFiles(path) : [path])
        {
            var stream = File.OpenRead(file);
            await using (stream)
            {
                await foreach (var mail in ReadAsync(stream, Path.GetFileName(file), cancellationToken))
                {
                    yield return mail;
                }
            }
        }
    }

    /// <summary>
    /// Reads the messages of a stream: an mbox (RFC 4155) if it starts like one, else a single message.
    /// </summary>
    public static async IAsyncEnumerable<StoredMail> ReadAsync(
        Stream stream, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        var (filled, isMbox, isFirstLine, isAfterEmptyLine) = (0, false, true, true);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            filled += read;
            var start = 0;
            while (start < filled)
            {
                var line = buffer.AsSpan(start, filled - start);
                var end = line.IndexOf((byte)'\n');
                if (end < 0 && read > 0 && !(start == 0 && filled == buffer.Length))
                {
                    break;
                }

                line = end < 0 ? line : line[..(end + 1)];
                start += line.Length;
                var isSeparator = isAfterEmptyLine && line.StartsWith(MboxStart) &&
                    (isFirstLine || (isMbox && IsSeparator(line)));
                isMbox |= isFirstLine && isSeparator;
                // Some programs omit the empty line after the last boundary.
                isAfterEmptyLine = line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'] || line.StartsWith("--"u8);
                byte[]? mail = null;
                if (isSeparator && !isFirstLine)
                {
                    mail = content.ToArray();
                    content.SetLength(0);
                }

                isFirstLine = false;
                content.Write(line[..(int)Math.Min(line.Length, MaximumBytes - content.Length)]);
                if (mail is not null)
                {
                    yield return new StoredMail(name, mail);
                }
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (read == 0)
            {
                break;
            }
        }

        yield return new StoredMail(name, content.ToArray());
    }

    private static IEnumerable<string> ListFiles(string folder)
    {
        string[] maildir = [Path.Combine(folder, "new"), Path.Combine(folder, "cur")];
        var folders = maildir.All(Directory.Exists) ? maildir : [folder];
        return folders.SelectMany(f => Directory.EnumerateFiles(f)
            .Where(file => Path.GetFileName(file) is not ['.', ..])
            .Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Whether a line has the sender and time of an mbox separator; an ordinary sentence may also begin with "From".
    /// </summary>
    private static bool IsSeparator(ReadOnlySpan<byte> line)
    {
        var rest = line[MboxStart.Length..].TrimEnd("\r\n "u8);
        return rest.Length >= 20 && rest.IndexOf((byte)' ') > 0 && rest.IndexOf((byte)':') > 0 &&
            rest[^4..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }
}
