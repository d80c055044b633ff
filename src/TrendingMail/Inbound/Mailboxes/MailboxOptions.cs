using TrendingMail.Configuration;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>The protocol used to read a mailbox.</summary>
public enum MailboxProtocol
{
    /// <summary>IMAP4 (RFC 9051, RFC 3501), with IDLE (RFC 2177) if the server supports it.</summary>
    Imap,

    /// <summary>POP3 (RFC 1939), polled.</summary>
    Pop3,

    /// <summary>A local Maildir, polled.</summary>
    Maildir,
}

/// <summary>
/// Settings of one entry of <c>Inbound:Mailboxes</c>: a mailbox that receives bounces and mail from subscribers.
/// </summary>
public sealed record MailboxOptions : MailServerOptions
{
    /// <summary>The protocol used to read the mailbox.</summary>
    public MailboxProtocol Protocol { get; init; } = MailboxProtocol.Imap;

    /// <summary>The folder to read (IMAP only).</summary>
    public string Folder { get; init; } = "INBOX";

    /// <summary>The folder to move handled messages to (IMAP only); empty means delete them.</summary>
    public string ProcessedFolder { get; init; } = "";

    /// <summary>The Maildir: a folder with the subfolders <c>new</c> and <c>cur</c>.</summary>
    /// <value>a path</value>
    public string Path { get; init; } = "";

    /// <summary>
    /// The polling interval in seconds, used where the server does not push notifications.
    /// </summary>
    [AcceptedRange(1, 3600)]
    public int PollSeconds { get; init; } = 60;

    /// <summary>The name shown in logs and in the history.</summary>
    public string Name => Protocol == MailboxProtocol.Maildir ? Path : $"{UserName}@{Host}";

    internal override MailboxProtocol UsedProtocol => Protocol;

    internal MailboxOptions WithAbsolutePaths(string baseDirectory) => this with
    {
        Path = SettingPath.Resolve(Path, baseDirectory),
        PasswordFile = SettingPath.Resolve(PasswordFile, baseDirectory),
        CaFile = SettingPath.Resolve(CaFile, baseDirectory),
    };

    internal IEnumerable<string> Validate(int index) => Validate($"Inbound:Mailboxes:{index}");

    internal override IEnumerable<string> Validate(string key)
    {
        if (Protocol == MailboxProtocol.Maildir)
        {
            if (!((string[])["new", "cur"]).All(name => Directory.Exists(System.IO.Path.Combine(Path, name))))
            {
                yield return $"{key}:Path '{Path}' is not a Maildir; give a folder with the subfolders new and cur.";
            }
        }
        else if (string.IsNullOrWhiteSpace(Host) || string.IsNullOrWhiteSpace(UserName))
        {
            yield return $"{key} needs a Host and a UserName.";
        }

        foreach (var error in base.Validate(key))
        {
            yield return error;
        }
    }
}
