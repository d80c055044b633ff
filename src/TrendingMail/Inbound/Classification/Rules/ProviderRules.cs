using TrendingMail.Delivery.Replies;
using TrendingMail.Delivery.Replies.Rules;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.Classification.Rules;

/// <summary>The type of a provider's event.</summary>
internal enum ProviderEventType
{
    Failed,

    /// <summary>
    /// A failure only if the receiving server's words give a reason. Providers also report out-of-office messages and
    /// whatever they do not understand as such bounces.
    /// </summary>
    Unclear,

    Delayed,

    Delivered,

    Complaint,

    Unsubscribe,
}

/// <param name="Verdict">
/// For a failure or delay, the provider's own reason and whether it considers the address permanently undeliverable.
/// </param>
internal sealed record ProviderRule(ProviderEventType Type, ProviderVerdict Verdict, string Description);

/// <summary>The events of <c>providers.tsv</c>.</summary>
internal static class ProviderRules
{
    private static readonly Dictionary<(string Provider, string Event), ProviderRule> Rules =
        RuleFile.Read("providers.tsv", 6).ToDictionary(f => (f[0], f[1]), f => new ProviderRule(
            ColumnTypes.FromColumn<ProviderEventType>(f[2]),
            new ProviderVerdict(ColumnTypes.FromColumn<BounceReason>(f[3]),
                ColumnTypes.FromColumn<Hardness>(f[4]) == Hardness.Hard), f[5]));

    /// <param name="name">Words from general to specific; the longest prefix found in the table wins.</param>
    public static ProviderRule? Find(string provider, string name)
    {
        var words = name.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var count = Math.Min(words.Length, 8); count > 0; count--)
        {
            if (Rules.TryGetValue((provider, string.Join(' ', words[..count])), out var rule))
            {
                return rule;
            }
        }

        return null;
    }
}
