using TrendingMail.Configuration;
using TrendingMail.Delivery;

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
public sealed record MailboxOptions
{
    /// <summary>The protocol used to read the mailbox.</summary>
    public MailboxProtocol Protocol { get; init; } = MailboxProtocol.Imap;

    /// <summary>The mail server (IMAP and POP3).</summary>
    /// <value>a host name or IP address</value>
    public string Host { get; init; } = "";

    /// <summary>The port. The default is 993 or 995 with implicit TLS, else 143 or 110.</summary>
    [AcceptedRange(1, 65535, OrZero = "for the default port")]
    public int Port { get; init; }

    /// <summary>How the connection is secured.</summary>
    public SmtpSecurity Security { get; init; } = SmtpSecurity.Tls;

    /// <summary>The name to log in with.</summary>
    public string UserName { get; init; } = "";

    /// <summary>The password to log in with.</summary>
    public string Password { get; init; } = "";

    /// <summary>A file whose first line is the password; replaces <see cref="Password"/>.</summary>
    /// <value>a path</value>
    public string PasswordFile { get; init; } = "";

    /// <summary>
    /// Whether to log in without TLS. Anyone on the network can then read the password; set it only for a server on
    /// this machine or on a private network.
    /// </summary>
    public bool AllowPlaintextPassword { get; init; }

    /// <summary>
    /// A PEM file of certificates to trust in addition to the system's, for a server with a private certificate
    /// authority.
    /// </summary>
    /// <value>a path</value>
    public string CaFile { get; init; } = "";

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

    internal int PortOrDefault => Port > 0 ? Port : (Protocol, Security == SmtpSecurity.Tls) switch
    {
        (MailboxProtocol.Imap, true) => 993,
        (MailboxProtocol.Imap, false) => 143,
        (_, true) => 995,
        _ => 110,
    };

    internal string ReadPassword() =>
        PasswordFile.Length > 0 ? File.ReadLines(PasswordFile).FirstOrDefault("") : Password;

    internal MailboxOptions WithAbsolutePaths(string baseDirectory) => this with
    {
        Path = SettingPath.Resolve(Path, baseDirectory),
        PasswordFile = SettingPath.Resolve(PasswordFile, baseDirectory),
        CaFile = SettingPath.Resolve(CaFile, baseDirectory),
    };

    internal IEnumerable<string> Validate(int index) => Validate($"Inbound:Mailboxes:{index}");

    /// <param name="key">The key of the group of settings.</param>
    internal IEnumerable<string> Validate(string key)
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
        else if (Security == SmtpSecurity.None && !AllowPlaintextPassword)
        {
            yield return $"{key}:Security is None, which would send the password unencrypted; use StartTls or Tls, " +
                "or set AllowPlaintextPassword if the server is on this machine.";
        }

        foreach (var error in AcceptedRangeAttribute.Validate(key, this))
        {
            yield return error;
        }

        if (CaFile.Length > 0 && !File.Exists(CaFile))
        {
            yield return $"{key}:CaFile {CaFile} does not exist; give a PEM file of certificates.";
        }

        if (PasswordFile.Length > 0 && !File.Exists(PasswordFile))
        {
            yield return $"{key}:PasswordFile {PasswordFile} does not exist.";
        }
    }
}
