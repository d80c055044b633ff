using System.Buffers;

namespace TrendingMail.Delivery.Replies;

/// <summary>
/// An ordered list of rules; the first match wins. The text is searched for dozens of rules at once, so the cost per
/// text stays low as the table grows.
/// </summary>
internal sealed class RuleTable
{
    /// <summary>The number of strings at which <see cref="SearchValues{T}"/> is fastest.</summary>
    private const int BlockSize = 64;

    private readonly (SearchValues<string> Prefixes, ReasonRule[] Rules)[] blocks;

    public RuleTable(string file)
    {
        Rules = [.. RuleFile.Read(file, 4).Select(f => ReasonRules.Create(f[0], f[1], f[2], f[3]))];
        blocks =
        [
            .. Rules.Chunk(BlockSize).Select(rules => (
                SearchValues.Create([.. rules.Select(rule => rule.Phrase.Start)], StringComparison.Ordinal), rules)),
        ];
    }

    public IReadOnlyList<ReasonRule> Rules { get; }

    /// <param name="text">Text normalized by <see cref="NormalizedDiagnostic"/>.</param>
    public ReasonRule? Find(ReadOnlySpan<char> text)
    {
        foreach (var (prefixes, rules) in blocks)
        {
            if (!text.ContainsAny(prefixes))
            {
                continue;
            }

            foreach (var rule in rules)
            {
                if (rule.Phrase.IsIn(text))
                {
                    return rule;
                }
            }
        }

        return null;
    }
}
