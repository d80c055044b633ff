using TrendingMail.Configuration;
using TrendingMail.Delivery;
using TrendingMail.Inbound.Mailboxes;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Diagnostics.Seeds;

/// <summary>
/// Settings of one entry of <c>Deliverability:Seeds</c>: a mailbox of your own at a provider, which gets a copy of each
/// digest and is then searched for it by IMAP.
/// </summary>
public sealed record SeedOptions
{
    /// <summary>The address of the mailbox.</summary>
    /// <value>an email address</value>
    public string Address { get; init; } = "";

    /// <summary>The name of the provider in results, such as Gmail. Empty: the domain of the address.</summary>
    public string Provider { get; init; } = "";

    /// <summary>The IMAP server, such as imap.gmail.com.</summary>
    /// <value>a host name or IP address</value>
    public string Host { get; init; } = "";

    /// <summary>The port. The default is 993 with implicit TLS, else 143.</summary>
    [AcceptedRange(1, 65535, OrZero = "for the default port")]
    public int Port { get; init; }

    /// <summary>How the connection is secured.</summary>
    public SmtpSecurity Security { get; init; } = SmtpSecurity.Tls;

    /// <summary>The name to log in with. Empty: the address.</summary>
    public string UserName { get; init; } = "";

    /// <summary>The password to log in with, at most providers an app password.</summary>
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

    /// <summary>The provider's name in results.</summary>
    internal string Label =>
        Provider.Trim() is { Length: > 0 } name ? name : Recipient[(Recipient.LastIndexOf('@') + 1)..];

    /// <summary>The address as mail is sent to it, and as it is stored.</summary>
    internal string Recipient => EmailAddress.TryParse(Address, out var parsed, out _) ? parsed.Value : Address;

    /// <summary>The mailbox behind the address.</summary>
    internal MailboxOptions Mailbox => new()
    {
        Protocol = MailboxProtocol.Imap,
        Host = Host,
        Port = Port,
        Security = Security,
        UserName = UserName.Length > 0 ? UserName : Recipient,
        Password = Password,
        PasswordFile = PasswordFile,
        AllowPlaintextPassword = AllowPlaintextPassword,
        CaFile = CaFile,
    };

    internal SeedOptions WithAbsolutePaths(string baseDirectory) => this with
    {
        PasswordFile = SettingPath.Resolve(PasswordFile, baseDirectory),
        CaFile = SettingPath.Resolve(CaFile, baseDirectory),
    };

    internal IEnumerable<string> Validate(int index)
    {
        var key = $"Deliverability:Seeds:{index}";
        if (!EmailAddress.TryParse(Address, out _, out var fault))
        {
            yield return $"{key}:Address '{Address}' is not an email address: {fault}";
        }

        if (string.IsNullOrWhiteSpace(Host))
        {
            yield return $"{key}:Host is empty; give the mailbox's IMAP server, such as imap.gmail.com.";
        }

        foreach (var error in string.IsNullOrWhiteSpace(Host)
            ? AcceptedRangeAttribute.Validate(key, this) : Mailbox.Validate(key))
        {
            yield return error;
        }

        if (Password.Length == 0 && PasswordFile.Length == 0)
        {
            yield return $"{key} needs a Password or a PasswordFile.";
        }
    }
}
