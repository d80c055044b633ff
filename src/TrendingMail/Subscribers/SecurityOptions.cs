using System.Net;

namespace TrendingMail.Subscribers;

/// <summary>Settings of section <c>Security</c>.</summary>
public sealed record SecurityOptions
{
    /// <summary>The most work that can be asked for: some seconds on a desk, a minute on an old phone.</summary>
    public const int MostWork = 22;

    private const int LongestFill = 60;

    /// <summary>The file with the keys beside SQLite, where none is named.</summary>
    public const string DefaultKeyFile = "data/keys.json";

    /// <summary>
    /// The file with the keys that sign readers' links, made at the first start; empty for the usual place:
    /// <see cref="DefaultKeyFile"/> with SQLite, the database itself with PostgreSQL. Keep it in backups: without it no link
    /// in a mail that was sent works any more.
    /// </summary>
    public string KeyRing { get; init; } = "";

    /// <summary>A file of domains that may not subscribe, one a line; empty for none.</summary>
    public string DisposableDomains { get; init; } = "";

    /// <summary>Seconds in which a person cannot have filled in the sign-up form; 0 to look at no time.</summary>
    public int MinimumFillSeconds { get; init; } = 2;

    /// <summary>Zero bits that a browser has to find before it may subscribe an address; 0 for no such work.</summary>
    public int ProofOfWorkBits { get; init; }

    /// <summary>Networks such as 10.0.0.0/8 that may read <c>/metrics</c>, beside this machine.</summary>
    public IReadOnlyList<string> MetricsFrom { get; init; } = [];

    public RateLimitOptions RateLimits { get; init; } = new();

    public IEnumerable<string> Faults()
    {
        if (DisposableDomains.Length > 0 && !File.Exists(DisposableDomains))
        {
            yield return $"Security:DisposableDomains '{DisposableDomains}' is no file; give one with a domain a line, or none.";
        }

        if (MinimumFillSeconds is < 0 or > LongestFill)
        {
            yield return $"Security:MinimumFillSeconds is {MinimumFillSeconds}; give 0 to {LongestFill}.";
        }

        if (ProofOfWorkBits is < 0 or > MostWork)
        {
            yield return $"Security:ProofOfWorkBits is {ProofOfWorkBits}; give 0 to {MostWork}, 16 for about a second.";
        }

        foreach (var network in MetricsFrom.Where(text => !IPNetwork.TryParse(text, out _)))
        {
            yield return $"Security:MetricsFrom has '{network}'; give networks such as 10.0.0.0/8 or 192.0.2.7/32.";
        }

        foreach (var fault in RateLimits.Faults())
        {
            yield return fault;
        }
    }
}

/// <summary>How often the sign-up and readers' links may be used; each 0 for no limit. All nodes count together.</summary>
public sealed record RateLimitOptions
{
    private const int Maximum = 1_000_000;

    /// <summary>Sign-ups an hour from one network (/24, /48).</summary>
    public int SignUpsPerNetwork { get; init; } = 100;

    /// <summary>Sign-ups an hour for one address. (What is mailed to it is limited apart, and harder.)</summary>
    public int SignUpsPerAddress { get; init; } = 10;

    /// <summary>Sign-ups an hour for the addresses of one domain.</summary>
    public int SignUpsPerDomain { get; init; } = 1000;

    /// <summary>Buttons pressed in a minute from one network; and suggestions asked for, which each process counts by itself.</summary>
    public int ActionsPerNetwork { get; init; } = 300;

    /// <summary>Posts of mail providers in a minute from one network.</summary>
    public int WebhooksPerNetwork { get; init; } = 6000;

    public IEnumerable<string> Faults()
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
