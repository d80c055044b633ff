namespace TrendingMail.Diagnostics.Dns.Hosts;

/// <summary>
/// Providers that relay their customers' mail. Their servers send from other addresses than those that accept mail,
/// and SPF authorizes those by an include that the provider documents.
/// </summary>
/// <param name="HostSuffix">The end of the names of the servers that accept mail.</param>
/// <param name="SpfDomain">The domain to include in SPF.</param>
internal sealed record RelayProvider(string Name, string HostSuffix, string SpfDomain)
{
    private static readonly RelayProvider[] All =
    [
        new("Amazon SES", ".amazonaws.com", "amazonses.com"),
        new("Brevo", ".brevo.com", "spf.brevo.com"),
        new("Fastmail", ".fastmail.com", "spf.messagingengine.com"),
        new("Google", ".gmail.com", "_spf.google.com"),
        new("Google", ".google.com", "_spf.google.com"),
        new("Mailgun", ".mailgun.org", "mailgun.org"),
        new("Mailjet", ".mailjet.com", "spf.mailjet.com"),
        new("Microsoft 365", ".office365.com", "spf.protection.outlook.com"),
        new("Microsoft 365", ".outlook.com", "spf.protection.outlook.com"),
        new("Postmark", ".postmarkapp.com", "spf.mtasv.net"),
        new("SendGrid", ".sendgrid.net", "sendgrid.net"),
        new("SparkPost", ".sparkpostmail.com", "sparkpostmail.com"),
        new("Zoho", ".zoho.com", "zoho.com"),
    ];

    /// <returns>Null if no known provider runs the host.</returns>
    public static RelayProvider? Find(string host) => Array.Find(
        All, provider => $".{host}".EndsWith(provider.HostSuffix, StringComparison.OrdinalIgnoreCase));

    public static RelayProvider? FindByName(string? name) => Array.Find(All, provider => provider.Name == name);
}
