using System.Runtime.CompilerServices;

namespace TrendingMail.Inbound.Sources;

/// <summary>
/// Mails in files: one alone, an mbox, a Maildir, a folder of files, or a stream such as standard input.
/// </summary>
public static class MailFiles
{
    /// <summary>What is kept of a mail; the rest is read and forgotten.</summary>
    public const int MaximumBytes = 1 << 20;

    private static readonly byte[] MboxStart = "From "u8.ToArray();

    /// <exception cref="TrendingMailException">There is nothing of this name.</exception>
    public static async IAsyncEnumerable<StoredMail> ReadAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Path.Exists(path))
        {
            throw new TrendingMailException(
                $"There is no file or folder {path}. Give a mail, an mbox, a Maildir, or - for standard input.");
        }

        foreach (var file in Directory.Exists(path) ? FilesOf(path) : [path])
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

    /// <summary>The mails of a stream: several where it begins like an mbox (RFC 4155), else one.</summary>
    public static async IAsyncEnumerable<StoredMail> ReadAsync(
        Stream stream, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        var (filled, isMbox, first, afterEmpty) = (0, false, true, true);
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
                var separates = afterEmpty && line.StartsWith(MboxStart) && (first || (isMbox && IsSeparator(line)));
                isMbox |= first && separates;
                // Some programs leave the empty line away behind the last boundary.
                afterEmpty = line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'] || line.StartsWith("--"u8);
                byte[]? mail = null;
                if (separates && !first)
                {
                    mail = kept.ToArray();
                    kept.SetLength(0);
                }

                first = false;
                kept.Write(line[..(int)Math.Min(line.Length, MaximumBytes - kept.Length)]);
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

        yield return new StoredMail(name, kept.ToArray());
    }

    private static IEnumerable<string> FilesOf(string folder)
    {
        string[] maildir = [Path.Combine(folder, "new"), Path.Combine(folder, "cur")];
        var folders = maildir.All(Directory.Exists) ? maildir : [folder];
        return folders.SelectMany(f => Directory.EnumerateFiles(f)
            .Where(file => Path.GetFileName(file) is not ['.', ..])
            .Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Whether a line has the sender and the time that an mbox has between its mails: a sentence may begin with "From",
    /// too.
    /// </summary>
    private static bool IsSeparator(ReadOnlySpan<byte> line)
    {
        var rest = line[MboxStart.Length..].TrimEnd("\r\n "u8);
        return rest.Length >= 20 && rest.IndexOf((byte)' ') > 0 && rest.IndexOf((byte)':') > 0 &&
            rest[^4..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }
}
