using TrendingMail.Messages;

namespace TrendingMail.Delivery;

/// <summary>How mail is sent.</summary>
public enum TransportKind
{
    /// <summary>Written to a folder as .eml files, to try the product without a mail server.</summary>
    Outbox,

    Smtp,
}

/// <summary>How a connection to an SMTP server is secured.</summary>
public enum SmtpSecurity
{
    /// <summary>STARTTLS if the server offers it.</summary>
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

    Plain,

    Login,

    ScramSha1,

    ScramSha256,

    /// <summary>The password is an OAuth 2 access token.</summary>
    XOAuth2,
}

/// <summary>Settings of one entry of <c>Mail:Smtp</c>.</summary>
public sealed record SmtpOptions
{
    public string Host { get; init; } = "";

    public int Port { get; init; } = 25;

    public SmtpSecurity Security { get; init; } = SmtpSecurity.Auto;

    public string UserName { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>A file whose first line is the password, instead of <see cref="Password"/>.</summary>
    public string PasswordFile { get; init; } = "";

    public SmtpAuthentication Authentication { get; init; } = SmtpAuthentication.Auto;

    /// <summary>PEM file of certificates to trust in addition to the system's, for a self-signed server.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>The number of simultaneous connections.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Messages per minute over all connections to this server; 0 for no limit.</summary>
    public int MaxPerMinute { get; init; }

    /// <summary>The number of messages after which a connection is reopened; 0 for no limit.</summary>
    public int MessagesPerConnection { get; init; }

    /// <summary>
    /// The server's share of the mail among servers with a weight: with weights 3 and 1, the first sends three of four
    /// messages. 0 for as much as the server accepts.
    /// </summary>
    public int Weight { get; init; }

    /// <summary>Whether this server is used only when every other server is unavailable.</summary>
    public bool Standby { get; init; }

    /// <summary>Seconds that an idle connection is kept open; 0 to close it when no mail is ready.</summary>
    public int IdleSeconds { get; init; } = 30;

    /// <summary>Seconds that the server may take to reply to a command.</summary>
    public double TimeoutSeconds { get; init; } = 120;

    public TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>
    /// How long the server may take to reply after the end of the message (RFC 5321 section 4.5.3.2.6). A shorter
    /// timeout would send messages twice.
    /// </summary>
    public TimeSpan DataTerminationTimeout => 5 * Timeout;
}

/// <summary>Settings of <c>Mail:Outbox</c>.</summary>
public sealed record OutboxOptions
{
    public string Path { get; init; } = "outbox";
}

/// <summary>Settings of section <c>Mail</c>: who sends, and how.</summary>
public sealed record MailOptions : SenderOptions
{
    public TransportKind Transport { get; init; } = TransportKind.Outbox;

    public OutboxOptions Outbox { get; init; } = new();

    public IReadOnlyList<SmtpOptions> Smtp { get; init; } = [];

    public IEnumerable<string> Validate() =>
        [.. ValidateSender(), .. ValidateTransport(), .. Smtp.SelectMany(ValidateSmtp), .. ValidateDkim()];

    private IEnumerable<string> ValidateTransport()
    {
        if (Transport == TransportKind.Smtp && Smtp.Count == 0)
        {
            yield return "Mail:Transport is Smtp, but Mail:Smtp names no server; " +
                "set Mail:Smtp:0:Host and Mail:Smtp:0:Port.";
        }

        if (Transport == TransportKind.Outbox && string.IsNullOrWhiteSpace(Outbox.Path))
        {
            yield return "Mail:Outbox:Path is empty; give a folder such as 'outbox'.";
        }

        if (Smtp.Count > 0 && Smtp.All(server => server.Standby))
        {
            yield return "Mail:Smtp has only standby servers; remove Standby from at least one of them.";
        }
    }

    private static IEnumerable<string> ValidateSmtp(SmtpOptions server, int index)
    {
        var key = $"Mail:Smtp:{index}";
        if (string.IsNullOrWhiteSpace(server.Host))
        {
            yield return $"{key}:Host is empty.";
        }

        if (server.Port is < 1 or > 65535)
        {
            yield return $"{key}:Port is {server.Port}; give 1 to 65535.";
        }

        if (server.Connections is < 1 or > 100)
        {
            yield return $"{key}:Connections is {server.Connections}; give 1 to 100.";
        }

        if (server.MaxPerMinute < 0)
        {
            yield return $"{key}:MaxPerMinute is {server.MaxPerMinute}; give 0 (no limit) or more.";
        }

        if (server.MessagesPerConnection < 0)
        {
            yield return $"{key}:MessagesPerConnection is {server.MessagesPerConnection}; give 0 (no limit) or more.";
        }

        if (server.Weight is < 0 or > 1000)
        {
            yield return $"{key}:Weight is {server.Weight}; give 0 (as much as it accepts) to 1000.";
        }

        if (server.IdleSeconds is < 0 or > 300)
        {
            yield return $"{key}:IdleSeconds is {server.IdleSeconds}; give 0 to 300.";
        }

        if (server.TimeoutSeconds is not (>= 5 and <= 600))
        {
            yield return $"{key}:TimeoutSeconds is {server.TimeoutSeconds}; give 5 to 600.";
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
