using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Papers;
using TrendingMail.Rendering;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Hosting;

/// <summary>All settings, bound and found to be valid.</summary>
internal sealed record Settings
{
    /// <summary>Where the web pages are served; several addresses are joined by semicolons.</summary>
    public string Urls { get; init; } = "http://localhost:5080";

    /// <summary>Where a node with the role of a worker tells its health and its figures; port 0 is any free one.</summary>
    public string WorkerUrls { get; init; } = "http://127.0.0.1:0";

    public SiteOptions Site { get; init; } = new();

    public DatabaseOptions Database { get; init; } = new();

    public PapersOptions Papers { get; init; } = new();

    public DigestOptions Digest { get; init; } = new();

    public MailOptions Mail { get; init; } = new();

    public DeliveryOptions Delivery { get; init; } = new();

    public InboundOptions Inbound { get; init; } = new();

    public WebhookOptions Webhooks { get; init; } = new();

    public SecurityOptions Security { get; init; } = new();

    public RetentionOptions Retention { get; init; } = new();

    /// <param name="home">The folder from which relative paths are taken.</param>
    /// <exception cref="TrendingMailException">Something is wrong; the message names each key, its fault and the accepted range.</exception>
    public static Settings Load(IConfiguration configuration, string home)
    {
        ThrowOnFaults(SettingsCheck.Faults(configuration, typeof(Settings)));
        var settings = (configuration.Get<Settings>() ?? new Settings()).WithPathsFrom(home).WithPublicUrl();
        ThrowOnFaults(settings.Faults());
        return settings;
    }

    /// <summary>Where a node of a role is reached.</summary>
    public string UrlsOf(Role role) => role == Role.Worker ? WorkerUrls : Urls;

    private IEnumerable<string> Faults()
    {
        foreach (var (name, urls) in ((string, string)[])[(nameof(Urls), Urls), (nameof(WorkerUrls), WorkerUrls)])
        {
            foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                if (AsSeenHere(url) is not { Scheme: "http" or "https" })
                {
                    yield return $"{name} '{url}' is not an address to serve at, such as http://localhost:5080.";
                }
            }
        }

        foreach (var fault in (IEnumerable<string>)
            [
                .. Site.Faults(), .. Database.Faults(), .. Papers.Faults(), .. Digest.Faults(), .. Mail.Faults(),
                .. Delivery.Faults(), .. Inbound.Faults(), .. Webhooks.Faults(), .. Security.Faults(), .. Retention.Faults(),
            ])
        {
            yield return fault;
        }
    }

    private Settings WithPathsFrom(string home)
    {
        string Full(string path) => path.Length > 0 ? Path.GetFullPath(path, home) : path;
        return this with
        {
            Papers = Papers with { Sources = [.. Papers.Sources.Select(s => s with { Path = Full(s.Path) })] },
            Security = Security with
            {
                KeyRing = Full(Security.KeyRing.Trim() is { Length: 0 } && Database.Provider == DatabaseProvider.Sqlite
                    ? SecurityOptions.DefaultKeyFile : Security.KeyRing.Trim()),
                DisposableDomains = Full(Security.DisposableDomains),
            },
            Inbound = Inbound with
            {
                Mailboxes =
                [
                    .. Inbound.Mailboxes.Select(m => m with
                    {
                        Path = Full(m.Path),
                        PasswordFile = Full(m.PasswordFile),
                        CaFile = Full(m.CaFile),
                    }),
                ],
            },
            Webhooks = Webhooks with
            {
                Postmark = Webhooks.Postmark with
                {
                    PasswordFile = Full(Webhooks.Postmark.PasswordFile),
                    HeaderValueFile = Full(Webhooks.Postmark.HeaderValueFile),
                },
                Mailgun = Webhooks.Mailgun with { SigningKeyFile = Full(Webhooks.Mailgun.SigningKeyFile) },
                Generic = Webhooks.Generic with { SecretFile = Full(Webhooks.Generic.SecretFile) },
            },
            Mail = Mail with
            {
                Outbox = Mail.Outbox with { Path = Full(Mail.Outbox.Path) },
                Smtp = [.. Mail.Smtp.Select(s => s with { PasswordFile = Full(s.PasswordFile), CaFile = Full(s.CaFile) })],
                Dkim = [.. Mail.Dkim.Select(d => d with { KeyFile = Full(d.KeyFile) })],
            },
        };
    }

    private Settings WithPublicUrl() =>
        Site.PublicUrl is { OriginalString.Length: > 0 }
            ? this
            : this with { Site = Site with { PublicUrl = AsSeenHere(Urls.Split(';')[0]) } };

    /// <summary>An address to serve at as a browser on this machine opens it: * and + stand for every name.</summary>
    private static Uri? AsSeenHere(string url) => Uri.TryCreate(
        url.Replace("://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal),
        UriKind.Absolute, out var uri) ? uri : null;

    private static void ThrowOnFaults(IEnumerable<string> faults)
    {
        var all = faults.ToArray();
        if (all.Length > 0)
        {
            throw new TrendingMailException(string.Join(Environment.NewLine, all.Select(fault => $"Setting {fault}")));
        }
    }
}
