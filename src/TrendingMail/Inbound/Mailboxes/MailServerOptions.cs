using TrendingMail.Configuration;
using TrendingMail.Delivery;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>How a mailbox is reached on its server, and how to log in.</summary>
public abstract record MailServerOptions
{
    /// <summary>The mail server (IMAP and POP3), such as imap.example.org.</summary>
    /// <value>a host name or IP address</value>
    public string Host { get; init; } = "";

    /// <summary>
    /// The port. The default is 993 with implicit TLS, else 143; for POP3, it is 995 or 110.
    /// </summary>
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

    internal virtual string LoginName => UserName;

    internal virtual MailboxProtocol UsedProtocol => MailboxProtocol.Imap;

    internal int PortOrDefault => Port > 0 ? Port : (UsedProtocol, Security == SmtpSecurity.Tls) switch
    {
        (MailboxProtocol.Imap, true) => 993,
        (MailboxProtocol.Imap, false) => 143,
        (_, true) => 995,
        _ => 110,
    };

    internal string ReadPassword() =>
        PasswordFile.Length > 0 ? File.ReadLines(PasswordFile).FirstOrDefault("") : Password;

    /// <param name="key">The key of the group of settings.</param>
    internal virtual IEnumerable<string> Validate(string key)
    {
        if (Host.Length > 0 && Security == SmtpSecurity.None && !AllowPlaintextPassword)
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
