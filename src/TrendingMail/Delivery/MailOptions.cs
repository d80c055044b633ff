using TrendingMail.Configuration;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Messages;

namespace TrendingMail.Delivery;

/// <summary>How mail is sent.</summary>
public enum TransportKind
{
    /// <summary>Written to a folder as .eml files, to try the product without a mail server.</summary>
    Outbox,

    /// <summary>Sent to the servers of <c>Mail:Smtp</c>.</summary>
    Smtp,
}

/// <summary>How a connection to an SMTP server is secured.</summary>
public enum SmtpSecurity
{
    /// <summary>
    /// STARTTLS if the server offers it. With a password, TLS is required: without it, anyone on the network who
    /// removes the offer would get the password.
    /// </summary>
    Auto,

    /// <summary>Plain text, for a relay on this machine.</summary>
    None,

    /// <summary>STARTTLS (RFC 3207); no mail is sent if the server does not offer it.</summary>
    StartTls,

    /// <summary>Implicit TLS (RFC 8314).</summary>
    Tls,
}

/// <summary>How we log in to an SMTP server (RFC 4954).</summary>
public enum SmtpAuthentication
{
    /// <summary>The strongest mechanism that the server offers.</summary>
    Auto,

    /// <summary>PLAIN (RFC 4616).</summary>
    Plain,

    /// <summary>LOGIN, for old servers.</summary>
    Login,

    /// <summary>SCRAM-SHA-1 (RFC 5802).</summary>
    ScramSha1,

    /// <summary>SCRAM-SHA-256 (RFC 7677).</summary>
    ScramSha256,

    /// <summary>The password is an OAuth 2 access token.</summary>
    XOAuth2,
}

/// <summary>Settings of one entry of <c>Mail:Smtp</c>.</summary>
public sealed record SmtpOptions
{
    /// <summary>The mail server.</summary>
    /// <value>a host name or IP address</value>
    public string Host { get; init; } = "";

    /// <summary>The port: usually 25 for a relay, 587 with STARTTLS, 465 with implicit TLS.</summary>
    [AcceptedRange(1, 65535)]
    public int Port { get; init; } = 25;

    /// <summary>How the connection is secured.</summary>
    public SmtpSecurity Security { get; init; } = SmtpSecurity.Auto;

    /// <summary>The name to log in with; empty to send without a login.</summary>
    public string UserName { get; init; } = "";

    /// <summary>The password to log in with.</summary>
    public string Password { get; init; } = "";

    /// <summary>A file whose first line is the password, instead of <see cref="Password"/>.</summary>
    /// <value>a path</value>
    public string PasswordFile { get; init; } = "";

    /// <summary>
    /// Whether to log in without TLS. Anyone on the network can then read the password; set it only for a server on
    /// this machine or on a private network.
    /// </summary>
    public bool AllowPlaintextPassword { get; init; }

    /// <summary>How the program logs in (RFC 4954).</summary>
    public SmtpAuthentication Authentication { get; init; } = SmtpAuthentication.Auto;

    /// <summary>PEM file of certificates to trust in addition to the system's, for a self-signed server.</summary>
    /// <value>a path</value>
    public string CaFile { get; init; } = "";

    /// <summary>The number of simultaneous connections.</summary>
    [AcceptedRange(1, 100)]
    public int Connections { get; init; } = 4;

    /// <summary>Messages per minute over all connections to this server, from all nodes together.</summary>
    [AcceptedRange(0, MinimumMeans = "no limit")]
    public int MaxPerMinute { get; init; }

    /// <summary>The number of messages after which a connection is reopened.</summary>
    [AcceptedRange(0, MinimumMeans = "no limit")]
    public int MessagesPerConnection { get; init; }

    /// <summary>
    /// The server's share of the mail among servers with a weight: with weights 3 and 1, the first sends three of four
    /// messages.
    /// </summary>
    [AcceptedRange(0, 1000, MinimumMeans = "as much as it accepts")]
    public int Weight { get; init; }

    /// <summary>Whether this server is used only when every other server is unavailable.</summary>
    public bool Standby { get; init; }

    /// <summary>Seconds that an idle connection is kept open; 0 to close it when no mail is ready.</summary>
    [AcceptedRange(0, 300)]
    public int IdleSeconds { get; init; } = 30;

    /// <summary>
    /// Seconds that the server may take to reply to a command; five times as long for the reply to a message.
    /// </summary>
    [AcceptedRange(5, 600)]
    public double TimeoutSeconds { get; init; } = 120;

    /// <summary>How many messages a day a new server may send until receivers know it.</summary>
    public WarmUpOptions WarmUp { get; init; } = new();

    /// <summary>The name of the server in messages, in the metrics and in the database.</summary>
    public string Name => $"{Host}:{Port}";

    public TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>Whether nothing may be sent without TLS.</summary>
    public bool RequiresTls => Security is SmtpSecurity.StartTls or SmtpSecurity.Tls ||
        (UserName.Length > 0 && !AllowPlaintextPassword);

    /// <summary>
    /// How long the server may take to reply after the end of the message (RFC 5321 section 4.5.3.2.6). A shorter
    /// timeout would send messages twice.
    /// </summary>
    public TimeSpan DataTerminationTimeout => 5 * Timeout;
}

/// <summary>Settings of <c>Mail:Outbox</c>.</summary>
public sealed record OutboxOptions
{
    /// <summary>The folder in which mail is collected as .eml files.</summary>
    /// <value>a path</value>
    public string Path { get; init; } = "outbox";
}

/// <summary>Settings of section <c>Mail</c>: who sends, and how.</summary>
public sealed record MailOptions : SenderOptions
{
    /// <summary>How mail is sent.</summary>
    public TransportKind Transport { get; init; } = TransportKind.Outbox;

    public OutboxOptions Outbox { get; init; } = new();

    /// <summary>The servers that mail is sent through.</summary>
    public IReadOnlyList<SmtpOptions> Smtp { get; init; } = [];

    /// <param name="baseDirectory">The folder against which relative paths are resolved.</param>
    public MailOptions WithAbsolutePaths(string baseDirectory) => this with
    {
        Outbox = Outbox with { Path = SettingPath.Resolve(Outbox.Path, baseDirectory) },
        Smtp =
        [
            .. Smtp.Select(server => server with
            {
                PasswordFile = SettingPath.Resolve(server.PasswordFile, baseDirectory),
                CaFile = SettingPath.Resolve(server.CaFile, baseDirectory),
            }),
        ],
        Dkim = [.. Dkim.Select(dkim => dkim with { KeyFile = SettingPath.Resolve(dkim.KeyFile, baseDirectory) })],
    };

    public IEnumerable<string> Validate() =>
        [.. ValidateSender(), .. ValidateTransport(), .. Smtp.SelectMany(ValidateSmtp), .. ValidateDkim()];

    private IEnumerable<string> ValidateTransport()
    {
        if (Transport == TransportKind.Smtp && Smtp.Count == 0)
        {
            yield return "Mail:Transport is Smtp, but Mail:Smtp names no server; " +
                "set Mail:Smtp:0:Host and Mail:Smtp:0:Port.";
        }

        if (Transport == TransportKind.Smtp && From.EndsWith("@localhost", StringComparison.OrdinalIgnoreCase))
        {
            yield return $"Mail:From is '{From}', which receivers reject; set the address that the newsletter comes " +
                "from.";
        }

        if (Transport == TransportKind.Outbox && string.IsNullOrWhiteSpace(Outbox.Path))
        {
            yield return "Mail:Outbox:Path is empty; give a folder such as 'outbox'.";
        }

        if (Smtp.Count > 0 && Smtp.All(server => server.Standby))
        {
            yield return "Mail:Smtp has only standby servers; remove Standby from at least one of them.";
        }

        foreach (var same in Smtp.GroupBy(server => server.Name, StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Count() > 1 && same.Any(server => server.WarmUp.FirstDay is not null)))
        {
            yield return $"Mail:Smtp has several entries for {same.Key}, of which one has a WarmUp; leave one entry, " +
                "because messages are counted by host and port.";
        }
    }

    private static IEnumerable<string> ValidateSmtp(SmtpOptions server, int index)
    {
        var key = $"Mail:Smtp:{index}";
        if (string.IsNullOrWhiteSpace(server.Host))
        {
            yield return $"{key}:Host is empty.";
        }

        foreach (var error in AcceptedRangeAttribute.Validate(key, server)
            .Concat(server.WarmUp.Validate($"{key}:WarmUp")))
        {
            yield return error;
        }

        if (server is { Security: SmtpSecurity.None, RequiresTls: true })
        {
            yield return $"{key}:Security is None, which would send the password unencrypted; use StartTls or Tls, " +
                "or set AllowPlaintextPassword if the server is on this machine.";
        }

        if (server.Authentication != SmtpAuthentication.Auto && server.UserName.Length == 0)
        {
            yield return $"{key}:Authentication is {server.Authentication}, but UserName is empty.";
        }

        if (server.CaFile.Length > 0 && !File.Exists(server.CaFile))
        {
            yield return $"{key}:CaFile {server.CaFile} does not exist; give certificates as a PEM file.";
        }

        if (server.PasswordFile.Length > 0 && !File.Exists(server.PasswordFile))
        {
            yield return $"{key}:PasswordFile {server.PasswordFile} does not exist.";
        }
    }
}
