using System.Net;

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
    public string KeyRing { get; init; } = "";

    /// <summary>A file of domains that may not subscribe, one per line; empty for none.</summary>
    public string DisposableDomains { get; init; } = "";

    /// <summary>
    /// Sign-up forms submitted within fewer seconds are treated as submitted by a bot; 0 turns the check off.
    /// </summary>
    public int MinimumFillSeconds { get; init; } = 2;

    /// <summary>
    /// Difficulty of the proof of work that a browser must solve to sign up, in leading zero bits; 0 for none.
    /// </summary>
    public int ProofOfWorkBits { get; init; }

    /// <summary>Networks such as 10.0.0.0/8 that may read <c>/metrics</c>, in addition to the local machine.</summary>
    public IReadOnlyList<string> MetricsFrom { get; init; } = [];

    public RateLimitOptions RateLimits { get; init; } = new();

    public IEnumerable<string> Validate()
    {
        if (DisposableDomains.Length > 0 && !File.Exists(DisposableDomains))
        {
            yield return $"Security:DisposableDomains: file '{DisposableDomains}' does not exist; " +
                "give a file with one domain per line, or leave it empty.";
        }

        if (MinimumFillSeconds is < 0 or > MaximumFillSeconds)
        {
            yield return $"Security:MinimumFillSeconds is {MinimumFillSeconds}; give 0 to {MaximumFillSeconds}.";
        }

        if (ProofOfWorkBits is < 0 or > MaximumProofOfWorkBits)
        {
            yield return $"Security:ProofOfWorkBits is {ProofOfWorkBits}; give 0 to {MaximumProofOfWorkBits}, 16 for about a second.";
        }

        foreach (var network in MetricsFrom.Where(text => !IPNetwork.TryParse(text, out _)))
        {
            yield return $"Security:MetricsFrom has '{network}'; give networks such as 10.0.0.0/8 or 192.0.2.7/32.";
        }

        foreach (var error in RateLimits.Validate())
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

    /// <summary>Sign-ups per hour from one network (IPv4 /24, IPv6 /48).</summary>
    public int SignUpsPerNetwork { get; init; } = 100;

    /// <summary>Sign-ups per hour for one address. (Mail sent to it has its own, stricter limit.)</summary>
    public int SignUpsPerAddress { get; init; } = 10;

    /// <summary>Sign-ups per hour for addresses in one domain.</summary>
    public int SignUpsPerDomain { get; init; } = 1000;

    /// <summary>
    /// Form posts per minute from one network. Also limits search suggestions, which each process counts on its own.
    /// </summary>
    public int ActionsPerNetwork { get; init; } = 300;

    /// <summary>Webhook requests per minute from one network.</summary>
    public int WebhooksPerNetwork { get; init; } = 6000;

    public IEnumerable<string> Validate()
    {
        foreach (var (name, value) in ((string, int)[])
            [
                (nameof(SignUpsPerNetwork), SignUpsPerNetwork), (nameof(SignUpsPerAddress), SignUpsPerAddress),
                (nameof(SignUpsPerDomain), SignUpsPerDomain), (nameof(ActionsPerNetwork), ActionsPerNetwork),
                (nameof(WebhooksPerNetwork), WebhooksPerNetwork),
            ])
        {
            if (value is < 0 or > Maximum)
            {
                yield return $"Security:RateLimits:{name} is {value}; give 0 (no limit) to {Maximum}.";
            }
        }
    }
}
