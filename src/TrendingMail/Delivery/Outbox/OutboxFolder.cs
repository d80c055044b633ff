using MimeKit;

namespace TrendingMail.Delivery.Outbox;

/// <summary>Reads the messages that <see cref="OutboxTransport"/> wrote.</summary>
public sealed class OutboxFolder(MailOptions options)
{
    private const int MaximumListed = 200;

    public string Path => options.Outbox.Path;

    /// <summary>The folder and all messages in it, with drafts that a crash left behind.</summary>
    public IEnumerable<string> Files => Directory.Exists(Path)
        ? Directory.EnumerateFiles(Path, "*.eml").Prepend(Path) : [];

    /// <summary>The newest messages with their file names, newest first. The caller disposes of each message.</summary>
    public IEnumerable<(string File, MimeMessage Message)> List() => Directory.Exists(Path)
        ? new DirectoryInfo(Path).EnumerateFiles("*.eml")
            .Where(file => file.Name[0] != '.')
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .Take(MaximumListed)
            .Select(file => (file.Name, MimeMessage.Load(file.FullName)))
        : [];

    /// <returns>Null if there is no such message. The caller disposes of it.</returns>
    public MimeMessage? Open(string file) => FindPath(file) is { } path ? MimeMessage.Load(path) : null;

    /// <summary>The path of a message; null if there is no such message in the folder.</summary>
    public string? FindPath(string file)
    {
        // The name comes from a URL and must not lead out of the folder.
        var isMessageName = file.EndsWith(".eml", StringComparison.Ordinal) && System.IO.Path.GetFileName(file) == file;
        var path = System.IO.Path.Combine(Path, file);
        return isMessageName && File.Exists(path) ? path : null;
    }
}
