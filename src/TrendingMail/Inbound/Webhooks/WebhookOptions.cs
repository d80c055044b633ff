using System.Buffers;
using System.Net;
using System.Security.Cryptography;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>Settings of section <c>Webhooks</c>: the providers that may tell us what became of our mail.</summary>
public sealed record WebhookOptions
{
    public SesWebhookOptions Ses { get; init; } = new();

    public SendGridWebhookOptions SendGrid { get; init; } = new();

    public PostmarkWebhookOptions Postmark { get; init; } = new();

    public MailgunWebhookOptions Mailgun { get; init; } = new();

    public GenericWebhookOptions Generic { get; init; } = new();

    public IEnumerable<string> Faults() =>
        [.. Ses.Faults(), .. SendGrid.Faults(), .. Postmark.Faults(), .. Mailgun.Faults(), .. Generic.Faults()];

    internal static IEnumerable<string> AgeFaults(string provider, int minutes)
    {
        if (minutes is < 1 or > 1440)
        {
            yield return $"Webhooks:{provider}:MaximumAgeMinutes is {minutes}; give 1 to 1440.";
        }
    }

    internal static IEnumerable<string> FileFaults(string key, string file)
    {
        if (file.Length > 0 && !File.Exists(file))
        {
            yield return $"Webhooks:{key} {file} does not exist.";
        }
    }
}

/// <summary>Settings of <c>Webhooks:Ses</c>.</summary>
public sealed record SesWebhookOptions
{
    /// <summary>The topics whose messages are taken; none: Amazon SES is not listened to.</summary>
    public IReadOnlyList<string> TopicArns { get; init; } = [];

    /// <summary>SNS tries for at most an hour, and signs once.</summary>
    public int MaximumAgeMinutes { get; init; } = 60;

    internal bool IsSet => TopicArns.Count > 0;

    internal IEnumerable<string> Faults()
    {
        foreach (var arn in TopicArns)
        {
            if (arn.Split(':') is not ["arn", ['a', 'w', 's', ..], "sns", not "", not "", not ""])
            {
                yield return $"Webhooks:Ses:TopicArns has '{arn}'; give a topic such as " +
                    "arn:aws:sns:eu-west-1:123456789012:bounces.";
            }
        }

        foreach (var fault in WebhookOptions.AgeFaults("Ses", MaximumAgeMinutes))
        {
            yield return fault;
        }
    }
}

/// <summary>Settings of <c>Webhooks:SendGrid</c>.</summary>
public sealed record SendGridWebhookOptions
{
    /// <summary>The verification key that SendGrid shows; empty: it is not listened to.</summary>
    public string PublicKey { get; init; } = "";

    public int MaximumAgeMinutes { get; init; } = 60;

    internal bool IsSet => PublicKey.Length > 0;

    internal ECDsa Key()
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(PublicKey), out _);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    internal IEnumerable<string> Faults()
    {
        if (IsSet && !IsKey())
        {
            yield return "Webhooks:SendGrid:PublicKey is no ECDSA key on P-256; copy the verification key from " +
                "SendGrid's Settings, Mail Settings, Event Webhooks.";
        }

        foreach (var fault in WebhookOptions.AgeFaults("SendGrid", MaximumAgeMinutes))
        {
            yield return fault;
        }
    }

    private bool IsKey()
    {
        try
        {
            using var key = Key();
            return key.KeySize == 256;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>
/// Settings of <c>Webhooks:Postmark</c>. All that is set must fit; without password and header it is not listened to.
/// </summary>
public sealed record PostmarkWebhookOptions
{
    private static readonly SearchValues<char> HeaderCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    public string UserName { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>A file whose first line is the password, instead of <see cref="Password"/>.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>A header that was given to Postmark for its requests.</summary>
    public string HeaderName { get; init; } = "";

    public string HeaderValue { get; init; } = "";

    /// <summary>A file whose first line is the header's value, instead of <see cref="HeaderValue"/>.</summary>
    public string HeaderValueFile { get; init; } = "";

    /// <summary>Networks from which alone it is taken, such as 192.0.2.0/28; none: from all.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    internal bool IsSet => Password.Length + PasswordFile.Length + HeaderValue.Length + HeaderValueFile.Length > 0;

    internal string ReadPassword() => Secrets.Of(Password, PasswordFile);

    internal string ReadHeaderValue() => Secrets.Of(HeaderValue, HeaderValueFile);

    internal IEnumerable<string> Faults()
    {
        if (UserName.Length > 0 != Password.Length + PasswordFile.Length > 0)
        {
            yield return "Webhooks:Postmark needs UserName and Password (or PasswordFile) together.";
        }

        if (HeaderName.Length > 0 != HeaderValue.Length + HeaderValueFile.Length > 0)
        {
            yield return "Webhooks:Postmark needs HeaderName and HeaderValue (or HeaderValueFile) together.";
        }

        if (HeaderName.AsSpan().ContainsAnyExcept(HeaderCharacters))
        {
            yield return $"Webhooks:Postmark:HeaderName '{HeaderName}' is no name of a header.";
        }

        if (Networks.Count > 0 && !IsSet)
        {
            yield return "Webhooks:Postmark:Networks alone is no proof; give UserName and Password, or HeaderName " +
                "and HeaderValue.";
        }

        foreach (var network in Networks.Where(network => !IPNetwork.TryParse(network, out _)))
        {
            yield return $"Webhooks:Postmark:Networks has '{network}'; give networks such as 192.0.2.0/28.";
        }

        foreach (var fault in (IEnumerable<string>)
            [
                .. WebhookOptions.FileFaults("Postmark:PasswordFile", PasswordFile),
                .. WebhookOptions.FileFaults("Postmark:HeaderValueFile", HeaderValueFile),
            ])
        {
            yield return fault;
        }
    }
}

/// <summary>Settings of <c>Webhooks:Mailgun</c>.</summary>
public sealed record MailgunWebhookOptions
{
    /// <summary>The HTTP webhook signing key; empty: Mailgun is not listened to.</summary>
    public string SigningKey { get; init; } = "";

    /// <summary>A file whose first line is the key, instead of <see cref="SigningKey"/>.</summary>
    public string SigningKeyFile { get; init; } = "";

    /// <summary>Mailgun tries for eight hours.</summary>
    public int MaximumAgeMinutes { get; init; } = 480;

    internal bool IsSet => SigningKey.Length + SigningKeyFile.Length > 0;

    internal string ReadSigningKey() => Secrets.Of(SigningKey, SigningKeyFile);

    internal IEnumerable<string> Faults() =>
    [
        .. WebhookOptions.FileFaults("Mailgun:SigningKeyFile", SigningKeyFile),
        .. WebhookOptions.AgeFaults("Mailgun", MaximumAgeMinutes),
    ];
}

/// <summary>Settings of <c>Webhooks:Generic</c>.</summary>
public sealed record GenericWebhookOptions
{
    private const string Prefix = "whsec_";

    /// <summary><c>whsec_</c> and a key of 24 to 64 bytes in base64; empty: it is not listened to.</summary>
    public string Secret { get; init; } = "";

    /// <summary>A file whose first line is the secret, instead of <see cref="Secret"/>.</summary>
    public string SecretFile { get; init; } = "";

    public int MaximumAgeMinutes { get; init; } = 5;

    internal bool IsSet => Secret.Length + SecretFile.Length > 0;

    internal byte[] Key() => TryKey(Secrets.Of(Secret, SecretFile)) ??
        throw new TrendingMailException($"Webhooks:Generic:SecretFile {SecretFile} holds no secret any more.");

    internal IEnumerable<string> Faults()
    {
        var missing = WebhookOptions.FileFaults("Generic:SecretFile", SecretFile).ToArray();
        return
        [
            .. missing,
            .. IsSet && missing.Length == 0 && TryKey(Secrets.Of(Secret, SecretFile)) is null
                ? ["Webhooks:Generic:Secret is no secret of Standard Webhooks; give 'whsec_' and 24 to 64 bytes in " +
                    "base64, such as 'echo whsec_$(openssl rand -base64 32)' makes."]
                : (IEnumerable<string>)[],
            .. WebhookOptions.AgeFaults("Generic", MaximumAgeMinutes),
        ];
    }

    private static byte[]? TryKey(string secret)
    {
        var key = new byte[secret.Length];
        return secret.StartsWith(Prefix, StringComparison.Ordinal) &&
            Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length is >= 24 and <= 64
            ? key[..length]
            : null;
    }
}
