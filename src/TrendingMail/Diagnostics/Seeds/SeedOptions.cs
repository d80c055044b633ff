using TrendingMail.Configuration;
using TrendingMail.Inbound.Mailboxes;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Diagnostics.Seeds;

/// <summary>
/// Settings of one entry of <c>Deliverability:Seeds</c>: a mailbox of your own at a provider, which gets a copy of each
/// digest and is then searched for it by IMAP. Without <c>UserName</c>, the address is the name to log in with; most
/// providers want an app password.
/// </summary>
public sealed record SeedOptions : MailServerOptions
{
    /// <summary>The address of the mailbox.</summary>
    /// <value>an email address</value>
    public string Address { get; init; } = "";

    /// <summary>The name of the provider in results, such as Gmail. Empty: the domain of the address.</summary>
    public string Provider { get; init; } = "";

    /// <summary>The provider's name in results.</summary>
    internal string Label =>
        Provider.Trim() is { Length: > 0 } name ? name : Recipient[(Recipient.LastIndexOf('@') + 1)..];

    /// <summary>The address as mail is sent to it, and as it is stored.</summary>
    internal string Recipient => EmailAddress.TryParse(Address, out var parsed, out _) ? parsed.Value : Address;

    /// <summary>The address, if there is no other name.</summary>
    internal override string LoginName => UserName.Length > 0 ? UserName : Recipient;

    internal SeedOptions WithAbsolutePaths(string baseDirectory) => this with
    {
        PasswordFile = SettingPath.Resolve(PasswordFile, baseDirectory),
        CaFile = SettingPath.Resolve(CaFile, baseDirectory),
    };

    internal IEnumerable<string> Validate(int index) => Validate($"Deliverability:Seeds:{index}");

    internal override IEnumerable<string> Validate(string key)
    {
        if (!EmailAddress.TryParse(Address, out _, out var fault))
        {
            yield return $"{key}:Address '{Address}' is not an email address: {fault}";
        }

        if (string.IsNullOrWhiteSpace(Host))
        {
            yield return $"{key}:Host is empty; give the mailbox's IMAP server, such as imap.gmail.com.";
        }

        if (Password.Length == 0 && PasswordFile.Length == 0)
        {
            yield return $"{key} needs a Password or a PasswordFile.";
        }

        foreach (var error in base.Validate(key))
        {
            yield return error;
        }
    }
}
