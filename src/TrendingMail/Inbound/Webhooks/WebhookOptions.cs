using System.Buffers;
using System.Net;
using System.Security.Cryptography;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>Settings of section <c>Webhooks</c>: the providers that report delivery events.</summary>
public sealed record WebhookOptions
{
    public SesWebhookOptions Ses { get; init; } = new();

    public SendGridWebhookOptions SendGrid { get; init; } = new();

    public PostmarkWebhookOptions Postmark { get; init; } = new();

    public MailgunWebhookOptions Mailgun { get; init; } = new();

    public GenericWebhookOptions Generic { get; init; } = new();

    public IEnumerable<string> Validate() =>
        [.. Ses.Validate(), .. SendGrid.Validate(), .. Postmark.Validate(), .. Mailgun.Validate(), .. Generic.Validate()];

    internal static IEnumerable<string> ValidateMaximumAge(string provider, int minutes)
    {
        if (minutes is < 1 or > 1440)
        {
            yield return $"Webhooks:{provider}:MaximumAgeMinutes is {minutes}; give 1 to 1440.";
        }
    }

    internal static IEnumerable<string> ValidateFile(string key, string file)
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
    /// <summary>The accepted topics; none disables Amazon SES.</summary>
    public IReadOnlyList<string> TopicArns { get; init; } = [];

    /// <summary>SNS retries for up to an hour with the original signature.</summary>
    public int MaximumAgeMinutes { get; init; } = 60;

    internal bool IsConfigured => TopicArns.Count > 0;

    internal IEnumerable<string> Validate()
    {
        foreach (var arn in TopicArns)
        {
            if (arn.Split(':') is not ["arn", ['a', 'w', 's', ..], "sns", not "", not "", not ""])
            {
                yield return $"Webhooks:Ses:TopicArns has '{arn}'; give a topic such as " +
                    "arn:aws:sns:eu-west-1:123456789012:bounces.";
            }
        }

        foreach (var fault in WebhookOptions.ValidateMaximumAge("Ses", MaximumAgeMinutes))
        {
            yield return fault;
        }
    }
}

/// <summary>Settings of <c>Webhooks:SendGrid</c>.</summary>
public sealed record SendGridWebhookOptions
{
    /// <summary>The verification key shown by SendGrid; empty disables SendGrid.</summary>
    public string PublicKey { get; init; } = "";

    public int MaximumAgeMinutes { get; init; } = 60;

    internal bool IsConfigured => PublicKey.Length > 0;

    internal ECDsa CreateKey()
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

    internal IEnumerable<string> Validate()
    {
        if (IsConfigured && !HasValidKey())
        {
            yield return "Webhooks:SendGrid:PublicKey is not a P-256 ECDSA key; copy the verification key from " +
                "SendGrid's Settings, Mail Settings, Event Webhooks.";
        }

        foreach (var fault in WebhookOptions.ValidateMaximumAge("SendGrid", MaximumAgeMinutes))
        {
            yield return fault;
        }
    }

    private bool HasValidKey()
    {
        try
        {
            using var key = CreateKey();
            return key.KeySize == 256;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>
/// Settings of <c>Webhooks:Postmark</c>. Every configured check must pass; without password and header it is disabled.
/// </summary>
public sealed record PostmarkWebhookOptions
{
    private static readonly SearchValues<char> HeaderCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    public string UserName { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>A file whose first line is the password; replaces <see cref="Password"/>.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>A custom header configured in Postmark.</summary>
    public string HeaderName { get; init; } = "";

    public string HeaderValue { get; init; } = "";

    /// <summary>A file whose first line is the header's value; replaces <see cref="HeaderValue"/>.</summary>
    public string HeaderValueFile { get; init; } = "";

    /// <summary>The allowed client networks, such as 192.0.2.0/28; none allows all.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    internal bool IsConfigured => Password.Length + PasswordFile.Length + HeaderValue.Length + HeaderValueFile.Length > 0;

    internal string ReadPassword() => Secrets.Resolve(Password, PasswordFile);

    internal string ReadHeaderValue() => Secrets.Resolve(HeaderValue, HeaderValueFile);

    internal IEnumerable<string> Validate()
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
            yield return $"Webhooks:Postmark:HeaderName '{HeaderName}' is not a valid header name.";
        }

        if (Networks.Count > 0 && !IsConfigured)
        {
            yield return "Webhooks:Postmark:Networks is not sufficient alone; give UserName and Password, or " +
                "HeaderName and HeaderValue.";
        }

        foreach (var network in Networks.Where(network => !IPNetwork.TryParse(network, out _)))
        {
            yield return $"Webhooks:Postmark:Networks has '{network}'; give networks such as 192.0.2.0/28.";
        }

        foreach (var fault in (IEnumerable<string>)
            [
                .. WebhookOptions.ValidateFile("Postmark:PasswordFile", PasswordFile),
                .. WebhookOptions.ValidateFile("Postmark:HeaderValueFile", HeaderValueFile),
            ])
        {
            yield return fault;
        }
    }
}

/// <summary>Settings of <c>Webhooks:Mailgun</c>.</summary>
public sealed record MailgunWebhookOptions
{
    /// <summary>The HTTP webhook signing key; empty disables Mailgun.</summary>
    public string SigningKey { get; init; } = "";

    /// <summary>A file whose first line is the key; replaces <see cref="SigningKey"/>.</summary>
    public string SigningKeyFile { get; init; } = "";

    /// <summary>Mailgun retries for eight hours.</summary>
    public int MaximumAgeMinutes { get; init; } = 480;

    internal bool IsConfigured => SigningKey.Length + SigningKeyFile.Length > 0;

    internal string ReadSigningKey() => Secrets.Resolve(SigningKey, SigningKeyFile);

    internal IEnumerable<string> Validate() =>
    [
        .. WebhookOptions.ValidateFile("Mailgun:SigningKeyFile", SigningKeyFile),
        .. WebhookOptions.ValidateMaximumAge("Mailgun", MaximumAgeMinutes),
    ];
}

/// <summary>Settings of <c>Webhooks:Generic</c>.</summary>
public sealed record GenericWebhookOptions
{
    private const string Prefix = "whsec_";

    /// <summary><c>whsec_</c> and a base64 key of 24 to 64 bytes; empty disables this webhook.</summary>
    public string Secret { get; init; } = "";

    /// <summary>A file whose first line is the secret; replaces <see cref="Secret"/>.</summary>
    public string SecretFile { get; init; } = "";

    public int MaximumAgeMinutes { get; init; } = 5;

    internal bool IsConfigured => Secret.Length + SecretFile.Length > 0;

    internal byte[] ReadKey() => DecodeKey(Secrets.Resolve(Secret, SecretFile)) ??
        throw new TrendingMailException($"Webhooks:Generic:SecretFile {SecretFile} no longer contains a valid secret.");

    internal IEnumerable<string> Validate()
    {
        var fileErrors = WebhookOptions.ValidateFile("Generic:SecretFile", SecretFile).ToArray();
        return
        [
            .. fileErrors,
            .. IsConfigured && fileErrors.Length == 0 && DecodeKey(Secrets.Resolve(Secret, SecretFile)) is null
                ? ["Webhooks:Generic:Secret is not a Standard Webhooks secret; give 'whsec_' and 24 to 64 bytes in " +
                    "base64, for example from 'echo whsec_$(openssl rand -base64 32)'."]
                : (IEnumerable<string>)[],
            .. WebhookOptions.ValidateMaximumAge("Generic", MaximumAgeMinutes),
        ];
    }

    private static byte[]? DecodeKey(string secret)
    {
        var key = new byte[secret.Length];
        return secret.StartsWith(Prefix, StringComparison.Ordinal) &&
            Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length is >= 24 and <= 64
            ? key[..length]
            : null;
    }
}
