using TrendingMail.Delivery;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Links;
using TrendingMail.Storage;

namespace TrendingMail.Diagnostics.Installation;

/// <summary>The files with secrets or personal data that the settings name; they need not exist.</summary>
internal sealed class SecretFiles(
    KeyStore keys, IDialect database, MailOptions mail, InboundOptions inbound, PostmarkWebhookOptions postmark,
    MailgunWebhookOptions mailgun, GenericWebhookOptions generic)
{
    public IReadOnlyList<string> List() =>
    [
        .. new[]
        {
            [.. keys.Files, .. database.Files],
            mail.Smtp.Select(server => server.PasswordFile),
            mail.Dkim.Select(dkim => dkim.KeyFile),
            inbound.Mailboxes.Select(mailbox => mailbox.PasswordFile),
            [postmark.PasswordFile, postmark.HeaderValueFile, mailgun.SigningKeyFile, generic.SecretFile],
        }.SelectMany(files => files).Where(file => file.Length > 0).Distinct(),
    ];
}
