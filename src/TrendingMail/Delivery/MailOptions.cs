using System.Net.Mail;

namespace TrendingMail.Delivery;

/// <summary>How mail leaves.</summary>
public enum TransportKind
{
    /// <summary>As .eml files in a folder, to try the product without a mail server.</summary>
    Outbox,

    Smtp,
}

/// <summary>How a connection to an SMTP server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>TLS where the server offers it.</summary>
    Auto,

    /// <summary>Plain text, for a relay on this machine.</summary>
    None,

    /// <summary>STARTTLS (RFC 3207), refused where the server does not offer it.</summary>
    StartTls,

    /// <summary>TLS from the first byte on (RFC 8314).</summary>
    Tls,
}

/// <summary>How we log in to an SMTP server (RFC 4954).</summary>
public enum SmtpAuthentication
{
    /// <summary>The strongest that the server offers.</summary>
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

    /// <summary>Certificates (PEM) that are trusted beside the system's, for a server with one of its own making.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>Connections held open at once.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Messages a minute over all connections to this server; 0 for no limit.</summary>
    public int MaxPerMinute { get; init; }

    /// <summary>After so many messages a connection is made anew; 0 for never.</summary>
    public int MessagesPerConnection { get; init; }

    /// <summary>
    /// Its share of the mail beside other servers with a weight: of 3 and 1, the first carries three of four messages. 0 for
    /// as much as it takes.
    /// </summary>
    public int Weight { get; init; }

    /// <summary>It carries mail only while no other server is to be had.</summary>
    public bool Spare { get; init; }

    /// <summary>How long a connection is kept open without mail; 0 to close it after each run.</summary>
    public int IdleSeconds { get; init; } = 30;

    /// <summary>How long the server may take for each reply.</summary>
    public double TimeoutSeconds { get; init; } = 120;

    public TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>
    /// How long it may take for the reply to a message (RFC 5321 section 4.5.3.2.6): giving up too early means sending twice.
    /// </summary>
    public TimeSpan FinalTimeout => 5 * Timeout;
}

/// <summary>Settings of <c>Mail:Outbox</c>.</summary>
public sealed record OutboxOptions
{
    public string Path { get; init; } = "outbox";
}

/// <summary>A DKIM signature's algorithm.</summary>
public enum DkimAlgorithm
{
    /// <summary>rsa-sha256, RFC 6376.</summary>
    RsaSha256,

    /// <summary>ed25519-sha256, RFC 8463.</summary>
    Ed25519Sha256,
}

/// <summary>Settings of one entry of <c>Mail:Dkim</c>: a signature that each mail gets.</summary>
public sealed record DkimOptions
{
    public string Domain { get; init; } = "";

    public string Selector { get; init; } = "";

    /// <summary>The private key, PEM.</summary>
    public string KeyFile { get; init; } = "";

    public DkimAlgorithm Algorithm { get; init; } = DkimAlgorithm.RsaSha256;
}

/// <summary>Settings of section <c>Mail</c>.</summary>
public sealed record MailOptions
{
    /// <summary>The address in From.</summary>
    public string From { get; init; } = "trendingmail@localhost";

    /// <summary>Where answers of people go; empty for <see cref="From"/>.</summary>
    public string ReplyTo { get; init; } = "";

    /// <summary>
    /// The mailbox to which bounces return; each mail gets a return path of its own below it (bounces+…@…), so the
    /// server must accept subaddresses. Empty for <see cref="From"/> as it is.
    /// </summary>
    public string BounceAddress { get; init; } = "";

    public TransportKind Transport { get; init; } = TransportKind.Outbox;

    public OutboxOptions Outbox { get; init; } = new();

    public IReadOnlyList<SmtpOptions> Smtp { get; init; } = [];

    public IReadOnlyList<DkimOptions> Dkim { get; init; } = [];

    /// <summary>The part of <see cref="From"/> after the @.</summary>
    public string Domain => From[(From.LastIndexOf('@') + 1)..];

    public IEnumerable<string> Faults()
    {
        if (!MailAddress.TryCreate(From, out _))
        {
            yield return $"Mail:From '{From}' is not an email address.";
        }

        foreach (var (key, value) in new[] { (nameof(ReplyTo), ReplyTo), (nameof(BounceAddress), BounceAddress) })
        {
            if (value.Length > 0 && !MailAddress.TryCreate(value, out _))
            {
                yield return $"Mail:{key} '{value}' is not an email address.";
            }
        }

        if (Transport == TransportKind.Smtp && Smtp.Count == 0)
        {
            yield return "Mail:Transport is Smtp, but Mail:Smtp names no server; set Mail:Smtp:0:Host and Mail:Smtp:0:Port.";
        }

        if (Transport == TransportKind.Outbox && string.IsNullOrWhiteSpace(Outbox.Path))
        {
            yield return "Mail:Outbox:Path is empty; give a folder such as 'outbox'.";
        }

        if (Smtp.Count > 0 && Smtp.All(server => server.Spare))
        {
            yield return "Mail:Smtp names spare servers only; leave Spare away for the one that is to carry the mail.";
        }

        foreach (var fault in Smtp.SelectMany(SmtpFaults).Concat(Dkim.SelectMany(DkimFaults)))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> SmtpFaults(SmtpOptions server, int index)
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
            yield return $"{key}:Weight is {server.Weight}; give 0 (as much as it takes) to 1000.";
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

    private static IEnumerable<string> DkimFaults(DkimOptions dkim, int index)
    {
        var key = $"Mail:Dkim:{index}";
        if (string.IsNullOrWhiteSpace(dkim.Domain) || string.IsNullOrWhiteSpace(dkim.Selector))
        {
            yield return $"{key} needs a Domain and a Selector.";
        }

        if (!File.Exists(dkim.KeyFile))
        {
            yield return $"{key}:KeyFile '{dkim.KeyFile}' does not exist; give a private key as a PEM file.";
        }
    }
}
