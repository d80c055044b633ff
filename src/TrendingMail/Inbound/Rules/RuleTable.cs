using System.Buffers;

namespace TrendingMail.Inbound.Rules;

/// <summary>
/// Rules of which the first that fits decides. Texts are looked through for the words of some dozens of rules at once,
/// so that a text costs little however many there are.
/// </summary>
internal sealed class RuleTable
{
    /// <summary>As many as are looked for fastest at once.</summary>
    private const int BlockLength = 64;

    private readonly (SearchValues<string> Any, ReasonRule[] Rules)[] blocks;

    public RuleTable(string file)
    {
        Rules = [.. RuleFile.Read(file, 4).Select(f => ReasonRules.Of(f[0], f[1], f[2], f[3]))];
        blocks =
        [
            .. Rules.Chunk(BlockLength).Select(rules => (
                SearchValues.Create([.. rules.Select(rule => rule.Phrase.Start)], StringComparison.Ordinal), rules)),
        ];
    }

    public IReadOnlyList<ReasonRule> Rules { get; }

    /// <param name="text">As <see cref="Reports.ServerWords"/> makes it.</param>
    public ReasonRule? Find(ReadOnlySpan<char> text)
    {
        foreach (var (any, rules) in blocks)
        {
            if (!text.ContainsAny(any))
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
