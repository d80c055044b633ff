using TrendingMail.Delivery;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>How mails are fetched.</summary>
public enum MailboxProtocol
{
    /// <summary>RFC 9051 and before, told of new mail at once where the server has IDLE (RFC 2177).</summary>
    Imap,

    /// <summary>RFC 1939, asked now and then.</summary>
    Pop3,

    /// <summary>A folder on this machine.</summary>
    Maildir,
}

/// <summary>
/// Settings of one entry of <c>Inbound:Mailboxes</c>: a mailbox to which bounces and readers' mails come.
/// </summary>
public sealed record MailboxOptions
{
    public MailboxProtocol Protocol { get; init; } = MailboxProtocol.Imap;

    public string Host { get; init; } = "";

    /// <summary>0 for the protocol's own: 993 and 995 with TLS from the first byte, else 143 and 110.</summary>
    public int Port { get; init; }

    public SmtpSecurity Security { get; init; } = SmtpSecurity.Tls;

    public string UserName { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>A file whose first line is the password, instead of <see cref="Password"/>.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>
    /// Certificates (PEM) that are trusted beside the system's, for a server with one of its own making.
    /// </summary>
    public string CaFile { get; init; } = "";

    /// <summary>The folder that is read, with IMAP.</summary>
    public string Folder { get; init; } = "INBOX";

    /// <summary>Where mails go that were acted upon, with IMAP; empty: they are deleted.</summary>
    public string DoneFolder { get; init; } = "";

    /// <summary>A Maildir's folder.</summary>
    public string Path { get; init; } = "";

    /// <summary>How long to wait between two looks, where nobody tells of new mail.</summary>
    public int PollSeconds { get; init; } = 60;

    /// <summary>As it stands in logs and in the history.</summary>
    public string Name => Protocol == MailboxProtocol.Maildir ? Path : $"{UserName}@{Host}";

    internal int PortOrDefault => Port > 0 ? Port : (Protocol, Security == SmtpSecurity.Tls) switch
    {
        (MailboxProtocol.Imap, true) => 993,
        (MailboxProtocol.Imap, false) => 143,
        (_, true) => 995,
        _ => 110,
    };

    internal string ReadPassword() =>
        PasswordFile.Length > 0 ? File.ReadLines(PasswordFile).FirstOrDefault("") : Password;

    internal IEnumerable<string> Faults(int index)
    {
        var key = $"Inbound:Mailboxes:{index}";
        if (Protocol == MailboxProtocol.Maildir)
        {
            if (!((string[])["new", "cur"]).All(name => Directory.Exists(System.IO.Path.Combine(Path, name))))
            {
                yield return $"{key}:Path '{Path}' is no Maildir; give a folder with new and cur in it.";
            }
        }
        else if (string.IsNullOrWhiteSpace(Host) || string.IsNullOrWhiteSpace(UserName))
        {
            yield return $"{key} needs a Host and a UserName.";
        }

        if (Port is < 0 or > 65535)
        {
            yield return $"{key}:Port is {Port}; give 1 to 65535, or 0 for the protocol's own.";
        }

        if (PollSeconds is < 1 or > 3600)
        {
            yield return $"{key}:PollSeconds is {PollSeconds}; give 1 to 3600.";
        }

        if (CaFile.Length > 0 && !File.Exists(CaFile))
        {
            yield return $"{key}:CaFile {CaFile} does not exist; give certificates as a PEM file.";
        }

        if (PasswordFile.Length > 0 && !File.Exists(PasswordFile))
        {
            yield return $"{key}:PasswordFile {PasswordFile} does not exist.";
        }
    }
}
