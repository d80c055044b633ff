using System.Runtime.CompilerServices;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>
/// Reads messages from a file, an mbox, a Maildir, a folder of files, or a stream such as standard input.
/// </summary>
public static class MailFiles
{
    /// <summary>
    /// Messages are truncated to this length, which is enough for a report with an attachment of 10 MB. The classifier
    /// reads only the beginning.
    /// </summary>
    public const int MaximumBytes = 16 << 20;

    /// <exception cref="TrendingMailException">The path does not exist.</exception>
    public static async IAsyncEnumerable<StoredMail> ReadAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Path.Exists(path))
        {
            throw new TrendingMailException(
                $"There is no file or folder '{path}'. Give a message, an mbox, a Maildir, or - for standard input.");
        }

        foreach (var file in Directory.Exists(path) ? ListFiles(path) : [path])
        {
            var stream = Open(file);
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
        var splitter = new MboxSplitter(MaximumBytes);
        var buffer = new byte[64 * 1024];
        var filled = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            filled += read;
            var start = 0;
            while (LineLength(buffer.AsSpan(start, filled - start), mayGrow: read > 0 && filled - start < buffer.Length)
                is > 0 and var length)
            {
                if (splitter.Add(buffer.AsSpan(start, length)) is { } mail)
                {
                    yield return new StoredMail(name, mail);
                }

                start += length;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (read == 0)
            {
                break;
            }
        }

        yield return new StoredMail(name, splitter.Rest());
    }

    /// <summary>The length of the first line with its line feed; 0 if its end is not there yet.</summary>
    /// <param name="mayGrow">Whether more may follow; else what is there is the line.</param>
    private static int LineLength(ReadOnlySpan<byte> bytes, bool mayGrow) =>
        bytes.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : mayGrow ? 0 : bytes.Length;

    private static FileStream Open(string file)
    {
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception e) when (FileProblem.Matches(e))
        {
            throw new TrendingMailException($"Cannot read the message {file}: {FileProblem.Explain(file, e)}", e);
        }
    }

    private static IEnumerable<string> ListFiles(string folder)
    {
        string[] maildir = [Path.Combine(folder, "new"), Path.Combine(folder, "cur")];
        var folders = maildir.All(Directory.Exists) ? maildir : [folder];
        return folders.SelectMany(f => Directory.EnumerateFiles(f)
            .Where(file => Path.GetFileName(file) is not ['.', ..])
            .Order(StringComparer.Ordinal));
    }
}
