using System.Text.RegularExpressions;
using TrendingMail.Delivery;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Links;
using TrendingMail.Storage;

namespace TrendingMail.Diagnostics.Installation;

/// <summary>The operator's own settings file, which need not exist.</summary>
public sealed record SettingsFile(string Path)
{
    /// <summary>A key whose value is a secret, with a value.</summary>
    private static readonly Regex Secret = new(
        """
        "(\w*Password|\w*Secret|SigningKey|HeaderValue|ApiKey)"\s*:\s*"[^"]|Password\s*=\s*[^;"\s]
        """, RegexOptions.IgnoreCase | RegexOptions.NonBacktracking);

    /// <summary>Whether the file holds a password or the like.</summary>
    internal bool HasSecrets => File.Exists(Path) && Secret.IsMatch(File.ReadAllText(Path));
}

/// <summary>The files with secrets or personal data that the settings name; they need not exist.</summary>
internal sealed class SecretFiles(
    KeyStore keys, IDialect database, MailOptions mail, InboundOptions inbound, PostmarkWebhookOptions postmark,
    MailgunWebhookOptions mailgun, GenericWebhookOptions generic, DeliverabilityOptions deliverability,
    SettingsFile settings)
{
    public IReadOnlyList<string> List() =>
    [
        .. new[]
        {
            [.. keys.Files, .. database.Files],
            mail.Smtp.Select(server => server.PasswordFile),
            mail.Dkim.Select(dkim => dkim.KeyFile),
            inbound.Mailboxes.Select(mailbox => mailbox.PasswordFile),
            deliverability.Seeds.Select(seed => seed.PasswordFile),
            settings.HasSecrets ? [settings.Path] : [],
            [postmark.PasswordFile, postmark.HeaderValueFile, mailgun.SigningKeyFile, generic.SecretFile],
        }.SelectMany(files => files).Where(file => file.Length > 0).Distinct(),
    ];
}
