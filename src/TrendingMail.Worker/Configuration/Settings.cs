using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Papers.Sources;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Templates;
using TrendingMail.Worker.Hosting;

namespace TrendingMail.Worker.Configuration;

/// <summary>All settings, bound and validated.</summary>
internal sealed record Settings
{
    /// <summary>Addresses on which web pages are served, separated by semicolons.</summary>
    /// <value>http or https URLs</value>
    public string Urls { get; init; } = "http://localhost:5080";

    /// <summary>
    /// Addresses on which a process with the worker role serves health checks and metrics; port 0 picks a free port.
    /// </summary>
    /// <value>http or https URLs</value>
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

    /// <summary>The addresses on which a process with the given role listens.</summary>
    public string UrlsFor(Role role) => role == Role.Worker ? WorkerUrls : Urls;

    private IEnumerable<string> Validate()
    {
        foreach (var (name, urls) in ((string, string)[])[(nameof(Urls), Urls), (nameof(WorkerUrls), WorkerUrls)])
        {
            foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                if (ToLocalUrl(url) is not { Scheme: "http" or "https" })
                {
                    yield return $"{name} '{url}' is not a valid listen address, such as http://localhost:5080.";
                }
            }
        }

        foreach (var error in (IEnumerable<string>)
            [
                .. Site.Validate(), .. Database.Validate(), .. Papers.Validate(), .. Digest.Validate(),
                .. Mail.Validate(), .. Delivery.Validate(), .. Inbound.Validate(), .. Webhooks.Validate(),
                .. Security.Validate(), .. Retention.Validate(),
            ])
        {
            yield return error;
        }
    }

    private Settings WithAbsolutePaths(string baseDirectory) => this with
    {
        Papers = Papers.WithAbsolutePaths(baseDirectory),
        Mail = Mail.WithAbsolutePaths(baseDirectory),
        Inbound = Inbound.WithAbsolutePaths(baseDirectory),
        Webhooks = Webhooks.WithAbsolutePaths(baseDirectory),
        Security = Security.WithAbsolutePaths(baseDirectory),
    };

    private Settings WithDefaultPublicUrl() =>
        Site.PublicUrl is { OriginalString.Length: > 0 }
            ? this
            : this with { Site = Site with { PublicUrl = ToLocalUrl(Urls.Split(';')[0]) ?? LocalHost } };

    /// <summary>Stands in for the public URL while the listen address, which is reported by itself, is invalid.</summary>
    private static readonly Uri LocalHost = new("http://localhost");

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
