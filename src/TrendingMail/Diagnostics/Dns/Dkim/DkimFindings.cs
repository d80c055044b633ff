using TrendingMail.Messages.Dkim;

namespace TrendingMail.Diagnostics.Dns.Dkim;

/// <summary>Judges the record of a DKIM key.</summary>
internal static class DkimFindings
{
    /// <summary>Large providers require this length of bulk senders.</summary>
    private const int SafeRsaBits = 2048;

    private const int MinimumRsaBits = 1024;

    /// <summary>No key is configured.</summary>
    public static Finding NoKey(string domain) => Finding.Bad(
        "Mail:Dkim names no key, so that mail is not signed. Gmail, Yahoo and Microsoft reject unsigned bulk mail, " +
        "and ignore List-Unsubscribe-Post without a signature that covers it.",
        $"Run 'trendingmail dkim create s1', publish the record that it prints at s1._domainkey.{domain}, and set " +
        "Mail:Dkim:0 as it says.");

    /// <summary>Judges the record found for a key.</summary>
    /// <param name="key">The public key of the configured private one.</param>
    public static IEnumerable<Finding> Judge(string name, string text, DkimPublicKey key)
    {
        var replace = $"Publish this record instead:\n{ZoneLine.Text(name, key.ToRecord())}";
        var tags = TagList.Parse(text);
        var fault = FindFault(tags, text, key);
        if (fault is not null)
        {
            yield return Finding.Bad($"The DKIM record {name} {fault}.", replace).Citing(text);
            yield break;
        }

        if (Flags(tags["t"]).Contains("y"))
        {
            yield return Finding.Warn(
                $"The DKIM record {name} has the test flag (t=y): receivers may treat mail as unsigned.",
                $"Publish this record instead:\n{ZoneLine.Text(name, tags.Without("t"))}") with
            {
                Evidence = [text],
            };
        }

        if (key is { Type: DkimPublicKey.Rsa, Bits: < SafeRsaBits })
        {
            yield return Finding.Warn(
                $"The DKIM key {name} has {key.Bits} bits; {SafeRsaBits} are the standard.",
                "Run 'trendingmail dkim create' with a new selector, publish the record that it prints, and set " +
                "Mail:Dkim as it says. Remove the old record a week later.") with
            {
                Evidence = [text],
            };
        }

        if (!Flags(tags["t"]).Contains("y"))
        {
            yield return Finding.Good($"{name} publishes our key ({key.Type}, {key.Bits} bits).") with
            {
                Evidence = [text],
            };
        }
    }

    /// <summary>Why receivers cannot verify our signatures with a record; null if they can.</summary>
    private static string? FindFault(TagList tags, string text, DkimPublicKey key)
    {
        if (tags.Errors is [var error, ..])
        {
            return $"has a syntax error at {error}";
        }

        if (tags["v"] is { } version && (version != "DKIM1" || !text.TrimStart().StartsWith('v')))
        {
            return "does not begin with v=DKIM1";
        }

        if (tags["p"] is not { } data)
        {
            return "has no key (no p tag)";
        }

        if (data.Length == 0)
        {
            return "revokes the key (the p tag is empty)";
        }

        var type = tags["k"] ?? DkimPublicKey.Rsa;
        if (type != key.Type)
        {
            return $"is for keys of the type {type}, but ours is {key.Type}";
        }

        if (DkimPublicKey.TryParse(type, data) is not { } published)
        {
            return "has a key that cannot be read, perhaps because it was cut off or pasted with line breaks";
        }

        return published.Bits < MinimumRsaBits && type == DkimPublicKey.Rsa
            ? $"has a key of {published.Bits} bits, and receivers ignore keys of less than {MinimumRsaBits}"
            : !published.Matches(key) ? "has another key than the one that Mail:Dkim signs with"
            : tags["h"] is { } hashes && !Flags(hashes).Contains("sha256") ? "does not allow SHA-256 (h tag)"
            : tags["s"] is { } services && !Flags(services).Intersect(["*", "email"]).Any()
                ? "is not for email (s tag)"
            : null;
    }

    private static string[] Flags(string? value) =>
        value?.Split(':', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
