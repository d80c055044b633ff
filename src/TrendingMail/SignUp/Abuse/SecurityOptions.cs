using System.Net;
using TrendingMail.Configuration;

namespace TrendingMail.SignUp.Abuse;

/// <summary>Settings of section <c>Security</c>.</summary>
public sealed record SecurityOptions
{
    /// <summary>The hardest proof of work: some seconds on a desktop computer, a minute on an old phone.</summary>
    public const int MaximumProofOfWorkBits = 22;

    private const int MaximumFillSeconds = 60;

    /// <summary>The default key file with SQLite.</summary>
    public const string DefaultKeyFile = "data/keys.json";

    /// <summary>
    /// The file with the keys that sign subscribers' links, created at the first start. Empty for the default:
    /// <see cref="DefaultKeyFile"/> with SQLite, the database itself with PostgreSQL. Back it up: without it, no link
    /// in mail already sent works.
    /// </summary>
    /// <value>a path</value>
    public string KeyRing { get; init; } = "";

    /// <summary>A file of domains that may not subscribe, one per line; empty for none.</summary>
    /// <value>a path</value>
    public string DisposableDomains { get; init; } = "";

    /// <summary>
    /// Sign-up forms submitted within fewer seconds are treated as submitted by a bot; 0 turns the check off.
    /// </summary>
    [AcceptedRange(0, MaximumFillSeconds)]
    public int MinimumFillSeconds { get; init; } = 2;

    /// <summary>
    /// Difficulty of the proof of work that a browser must solve to sign up, in leading zero bits; 0 for none.
    /// </summary>
    [AcceptedRange(0, MaximumProofOfWorkBits, Example = "16 for about a second")]
    public int ProofOfWorkBits { get; init; }

    /// <summary>
    /// Other sites, such as https://lab.example.org, whose pages may have a sign-up form that posts to
    /// <c>/subscribe</c>. A form on any other site is answered with ours, to be sent once more.
    /// </summary>
    /// <value>origins: scheme, host and, if unusual, port</value>
    public IReadOnlyList<string> FormOrigins { get; init; } = [];

    /// <summary>Networks such as 10.0.0.0/8 that may read <c>/metrics</c>, in addition to the local machine.</summary>
    /// <value>networks in CIDR notation</value>
    public IReadOnlyList<string> MetricsFrom { get; init; } = [];

    public RateLimitOptions RateLimits { get; init; } = new();

    /// <param name="baseDirectory">The folder against which relative paths are resolved.</param>
    public SecurityOptions WithAbsolutePaths(string baseDirectory) => this with
    {
        KeyRing = SettingPath.Resolve(KeyRing.Trim(), baseDirectory),
        DisposableDomains = SettingPath.Resolve(DisposableDomains, baseDirectory),
    };

    /// <summary>An origin or a URL as the origin that browsers send.</summary>
    public static string NormalizeOrigin(string url) => new Uri(url).GetLeftPart(UriPartial.Authority);

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) &&
        uri is { Scheme: "http" or "https", PathAndQuery: "/", Fragment: "", UserInfo: "" };

    public IEnumerable<string> Validate()
    {
        if (DisposableDomains.Length > 0 && !File.Exists(DisposableDomains))
        {
            yield return $"Security:DisposableDomains: file '{DisposableDomains}' does not exist; " +
                "give a file with one domain per line, or leave it empty.";
        }

        foreach (var origin in FormOrigins.Where(text => !IsOrigin(text)))
        {
            yield return $"Security:FormOrigins has '{origin}'; give origins such as https://lab.example.org.";
        }

        foreach (var network in MetricsFrom.Where(text => !IPNetwork.TryParse(text, out _)))
        {
            yield return $"Security:MetricsFrom has '{network}'; give networks such as 10.0.0.0/8 or 192.0.2.7/32.";
        }

        foreach (var error in AcceptedRangeAttribute.Validate("Security", this).Concat(RateLimits.Validate()))
        {
            yield return error;
        }
    }
}

/// <summary>
/// Rate limits for the sign-up form, subscribers' links and webhooks, shared by all nodes; 0 means no limit.
/// </summary>
public sealed record RateLimitOptions
{
    private const int Maximum = 1_000_000;

    private const string NoLimit = "no limit";

    /// <summary>Sign-ups per hour from one network (IPv4 /24, IPv6 /48).</summary>
    [AcceptedRange(0, Maximum, MinimumMeans = NoLimit)]
    public int SignUpsPerNetwork { get; init; } = 100;

    /// <summary>Sign-ups per hour for one mailbox. (Mail sent to it has its own, stricter limit.)</summary>
    [AcceptedRange(0, Maximum, MinimumMeans = NoLimit)]
    public int SignUpsPerAddress { get; init; } = 10;

    /// <summary>
    /// Confirmations per hour to addresses in one domain. More are accepted, and sent later at this rate.
    /// </summary>
    [AcceptedRange(0, Maximum, MinimumMeans = NoLimit)]
    public int ConfirmationsPerDomain { get; init; } = 200;

    /// <summary>The same for the domain of a large mail provider, such as gmail.com.</summary>
    [AcceptedRange(0, Maximum, MinimumMeans = NoLimit)]
    public int ConfirmationsPerProvider { get; init; } = 2000;

    /// <summary>
    /// Form posts per minute from one network. Also limits search suggestions, which each process counts on its own.
    /// </summary>
    [AcceptedRange(0, Maximum, MinimumMeans = NoLimit)]
    public int ActionsPerNetwork { get; init; } = 300;

    /// <summary>Webhook requests per minute from one network.</summary>
    [AcceptedRange(0, Maximum, MinimumMeans = NoLimit)]
    public int WebhooksPerNetwork { get; init; } = 6000;

    public IEnumerable<string> Validate() => AcceptedRangeAttribute.Validate("Security:RateLimits", this);
}
