using TrendingMail.Storage;

namespace TrendingMail.Inbound.Rules;

/// <summary>What a provider's event says.</summary>
internal enum ProviderMeaning
{
    Failed,

    Delayed,

    Delivered,

    Complaint,

    Unsubscribe,
}

/// <param name="Reason">
/// Of a failure or delay, what the provider makes of it; whether the address is bad for good, where it says so.
/// </param>
internal sealed record ProviderRule(ProviderMeaning Meaning, ReasonRule Reason, string MadeFor);

/// <summary>The events of <c>providers.tsv</c>.</summary>
internal static class ProviderRules
{
    private static readonly Dictionary<(string Provider, string Event), ProviderRule> Rules =
        RuleFile.Read("providers.tsv", 6).ToDictionary(f => (f[0], f[1]), f => new ProviderRule(
            ColumnTypes.FromColumn<ProviderMeaning>(f[2]), ReasonRules.Of(f[3], f[4], f[1], f[5]), f[5]));

    /// <param name="name">Words, the general one first: the longest beginning that stands in the table decides.</param>
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
