using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Editions;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Papers.Sources;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Storage.Backup;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Templates;
using TrendingMail.Worker.Hosting;
using TrendingMail.Worker.Web.Clients;

namespace TrendingMail.Worker.Configuration;

/// <summary>All settings, bound and validated.</summary>
internal sealed record Settings
{
    /// <summary>Stands in for the public URL where the listen address, which is reported itself, is invalid.</summary>
    private static readonly Uri LocalHost = new("http://localhost");

    /// <summary>Addresses on which web pages are served, separated by semicolons.</summary>
    /// <value>http or https URLs</value>
    public string Urls { get; init; } = "http://localhost:5080";

    /// <summary>
    /// Addresses on which a process with the worker role serves health checks and metrics; port 0 picks a free port.
    /// </summary>
    /// <value>http or https URLs</value>
    public string WorkerUrls { get; init; } = "http://127.0.0.1:0";

    /// <summary>
    /// Addresses on which operators reach the outbox and metrics of a process that serves pages, apart from the public
    /// ones; empty for none. On other than loopback addresses, only the networks in <c>Security:MetricsFrom</c> may
    /// read metrics.
    /// </summary>
    /// <value>http or https URLs with a port of their own</value>
    public string ManagementUrls { get; init; } = "http://localhost:5081";

    public ForwardingOptions Forwarding { get; init; } = new();

    public SiteOptions Site { get; init; } = new();

    public DatabaseOptions Database { get; init; } = new();

    public PapersOptions Papers { get; init; } = new();

    public DigestOptions Digest { get; init; } = new();

    public MailOptions Mail { get; init; } = new();

    public DeliveryOptions Delivery { get; init; } = new();

    public InboundOptions Inbound { get; init; } = new();

    public WebhookOptions Webhooks { get; init; } = new();

    public DeliverabilityOptions Deliverability { get; init; } = new();

    public SecurityOptions Security { get; init; } = new();

    public RetentionOptions Retention { get; init; } = new();

    public BackupOptions Backup { get; init; } = new();

    /// <param name="baseDirectory">The directory against which relative paths are resolved.</param>
    /// <exception cref="TrendingMailException">
    /// A setting is invalid; the message names each key, what is wrong and the accepted range.
    /// </exception>
    public static Settings Load(IConfiguration configuration, string baseDirectory)
    {
        ThrowIfInvalid(ConfigurationValidator.Validate(configuration, typeof(Settings))
            .Concat(ConfigurationValidator.ValidateLogLevels(configuration)));
        var settings = (configuration.Get<Settings>() ?? new Settings()).WithAbsolutePaths(baseDirectory)
            .WithDefaultPublicUrl();
        ThrowIfInvalid(settings.Validate());
        return settings;
    }

    /// <summary>The addresses on which a process with the given role listens, by setting.</summary>
    public IEnumerable<(string Setting, string Urls)> ListenersFor(Role role) => role == Role.Worker
        ? [(nameof(WorkerUrls), WorkerUrls)]
        : [(nameof(Urls), Urls), (nameof(ManagementUrls), ManagementUrls)];

    /// <summary>The addresses on which a process with the given role listens.</summary>
    public string UrlsFor(Role role) =>
        string.Join(';', ListenersFor(role).SelectMany(listener => SplitUrls(listener.Urls)));

    internal static string[] SplitUrls(string urls) =>
        urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal static int GetPort(string url) => ToLocalUrl(url)?.Port ?? 0;

    private IEnumerable<string> Validate()
    {
        foreach (var error in (IEnumerable<string>)
            [
                .. ValidateUrls(), .. Forwarding.Validate(), .. Site.Validate(),
                .. Database.Validate(), .. Papers.Validate(), .. Digest.Validate(),
                .. Mail.Validate(), .. Delivery.Validate(), .. Inbound.Validate(), .. Webhooks.Validate(),
                .. Deliverability.Validate(),
                .. Security.Validate(), .. Retention.Validate(), .. Backup.Validate(),
            ])
        {
            yield return error;
        }
    }

    private IEnumerable<string> ValidateUrls()
    {
        foreach (var (name, urls) in ListenersFor(Role.All).Concat(ListenersFor(Role.Worker)))
        {
            foreach (var url in SplitUrls(urls).Where(url => ToLocalUrl(url) is not { Scheme: "http" or "https" }))
            {
                yield return $"{name} '{url}' is not a valid listen address, such as http://localhost:5080.";
            }
        }

        var publicPorts = SplitUrls(Urls).Select(GetPort).ToArray();
        foreach (var url in SplitUrls(ManagementUrls).Where(url =>
            GetPort(url) == 0 || publicPorts.Contains(GetPort(url))))
        {
            yield return $"ManagementUrls '{url}' needs a port of its own, other than 0 and those of Urls.";
        }
    }

    private Settings WithAbsolutePaths(string baseDirectory) => this with
    {
        Papers = Papers.WithAbsolutePaths(baseDirectory),
        Mail = Mail.WithAbsolutePaths(baseDirectory),
        Inbound = Inbound.WithAbsolutePaths(baseDirectory),
        Webhooks = Webhooks.WithAbsolutePaths(baseDirectory),
        Security = Security.WithAbsolutePaths(baseDirectory),
        Deliverability = Deliverability.WithAbsolutePaths(baseDirectory),
        Backup = Backup.WithAbsolutePaths(baseDirectory),
    };

    private Settings WithDefaultPublicUrl() =>
        Site.PublicUrl is { OriginalString.Length: > 0 }
            ? this
            : this with { Site = Site with { PublicUrl = ToLocalUrl(Urls.Split(';')[0]) ?? LocalHost } };

    /// <summary>Converts a listen address to one a local browser can open: * and + become localhost.</summary>
    private static Uri? ToLocalUrl(string url) => Uri.TryCreate(
        url.Replace("://*", "://localhost", StringComparison.Ordinal)
            .Replace("://+", "://localhost", StringComparison.Ordinal),
        UriKind.Absolute, out var uri) ? uri : null;

    private static void ThrowIfInvalid(IEnumerable<string> errors)
    {
        var all = errors.ToArray();
        if (all.Length > 0)
        {
            throw new TrendingMailException(string.Join(Environment.NewLine, all.Select(error => $"Setting {error}")));
        }
    }
}
