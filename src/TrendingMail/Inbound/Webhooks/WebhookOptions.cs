using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using TrendingMail.Configuration;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>Settings of section <c>Webhooks</c>: the providers that report delivery events.</summary>
public sealed record WebhookOptions
{
    internal const int MaximumAgeLimit = 1440;

    public SesWebhookOptions Ses { get; init; } = new();

    public SendGridWebhookOptions SendGrid { get; init; } = new();

    public PostmarkWebhookOptions Postmark { get; init; } = new();

    public MailgunWebhookOptions Mailgun { get; init; } = new();

    public GenericWebhookOptions Generic { get; init; } = new();

    public IEnumerable<string> Validate() =>
        [.. Ses.Validate(), .. SendGrid.Validate(), .. Postmark.Validate(), .. Mailgun.Validate(),
            .. Generic.Validate()];

    /// <param name="baseDirectory">The folder against which relative paths are resolved.</param>
    public WebhookOptions WithAbsolutePaths(string baseDirectory) => this with
    {
        Postmark = Postmark with
        {
            PasswordFile = SettingPath.Resolve(Postmark.PasswordFile, baseDirectory),
            HeaderValueFile = SettingPath.Resolve(Postmark.HeaderValueFile, baseDirectory),
        },
        Mailgun = Mailgun with { SigningKeyFile = SettingPath.Resolve(Mailgun.SigningKeyFile, baseDirectory) },
        Generic = Generic with { SecretFile = SettingPath.Resolve(Generic.SecretFile, baseDirectory) },
    };

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
    /// <value>ARNs of Amazon SNS topics</value>
    public IReadOnlyList<string> TopicArns { get; init; } = [];

    /// <summary>
    /// Minutes after which a signed event is rejected as a replay. SNS retries for up to an hour with the original
    /// signature.
    /// </summary>
    [AcceptedRange(1, WebhookOptions.MaximumAgeLimit)]
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

        foreach (var fault in AcceptedRangeAttribute.Validate("Webhooks:Ses", this))
        {
            yield return fault;
        }
    }
}

/// <summary>Settings of <c>Webhooks:SendGrid</c>.</summary>
public sealed record SendGridWebhookOptions
{
    /// <summary>The verification key shown by SendGrid; empty disables SendGrid.</summary>
    /// <value>a P-256 key in base64</value>
    public string PublicKey { get; init; } = "";

    /// <summary>
    /// Minutes after which a signed event is rejected as a replay.
    /// </summary>
    [AcceptedRange(1, WebhookOptions.MaximumAgeLimit)]
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

        foreach (var fault in AcceptedRangeAttribute.Validate("Webhooks:SendGrid", this))
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

    /// <summary>The user name of HTTP basic authentication, configured in Postmark's webhook URL.</summary>
    public string UserName { get; init; } = "";

    /// <summary>The password of HTTP basic authentication.</summary>
    public string Password { get; init; } = "";

    /// <summary>A file whose first line is the password; replaces <see cref="Password"/>.</summary>
    /// <value>a path</value>
    public string PasswordFile { get; init; } = "";

    /// <summary>A custom header configured in Postmark.</summary>
    /// <value>a header field name</value>
    public string HeaderName { get; init; } = "";

    /// <summary>The value of the custom header.</summary>
    public string HeaderValue { get; init; } = "";

    /// <summary>A file whose first line is the header's value; replaces <see cref="HeaderValue"/>.</summary>
    /// <value>a path</value>
    public string HeaderValueFile { get; init; } = "";

    /// <summary>The allowed client networks, such as 192.0.2.0/28; none allows all.</summary>
    /// <value>networks in CIDR notation</value>
    public IReadOnlyList<string> Networks { get; init; } = [];

    internal bool IsConfigured =>
        Password.Length + PasswordFile.Length + HeaderValue.Length + HeaderValueFile.Length > 0;

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
    /// <value>a path</value>
    public string SigningKeyFile { get; init; } = "";

    /// <summary>
    /// Minutes after which a signed event is rejected as a replay. Mailgun retries for eight hours.
    /// </summary>
    [AcceptedRange(1, WebhookOptions.MaximumAgeLimit)]
    public int MaximumAgeMinutes { get; init; } = 480;

    internal bool IsConfigured => SigningKey.Length + SigningKeyFile.Length > 0;

    internal string ReadSigningKey() => Secrets.Resolve(SigningKey, SigningKeyFile);

    internal IEnumerable<string> Validate() =>
    [
        .. WebhookOptions.ValidateFile("Mailgun:SigningKeyFile", SigningKeyFile),
        .. AcceptedRangeAttribute.Validate("Webhooks:Mailgun", this),
    ];
}

/// <summary>Settings of <c>Webhooks:Generic</c>.</summary>
public sealed record GenericWebhookOptions
{
    private const string Prefix = "whsec_";

    /// <summary><c>whsec_</c> and a base64 key of 24 to 64 bytes; empty disables this webhook.</summary>
    public string Secret { get; init; } = "";

    /// <summary>A file whose first line is the secret; replaces <see cref="Secret"/>.</summary>
    /// <value>a path</value>
    public string SecretFile { get; init; } = "";

    /// <summary>
    /// Minutes after which a signed event is rejected as a replay.
    /// </summary>
    [AcceptedRange(1, WebhookOptions.MaximumAgeLimit)]
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
            .. AcceptedRangeAttribute.Validate("Webhooks:Generic", this),
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
