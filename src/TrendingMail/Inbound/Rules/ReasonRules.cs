using TrendingMail.Storage;

namespace TrendingMail.Inbound.Rules;

/// <summary>When the address of a recipient whose mail failed for this reason is bad for good.</summary>
internal enum Hardness
{
    Never,

    Always,

    /// <summary>Where the address was refused, and not the mail: servers say "user unknown" of mails that they filter, too.</summary>
    WhenAddressRefused,
}

internal sealed record ReasonRule(BounceReason Reason, Hardness Hardness, string Text, string MadeFor)
{
    public Phrase Phrase { get; } = new(Text);
}

/// <summary>
/// What servers' words and codes mean: <c>reasons.tsv</c>, whose first line that fits decides, and where no words are
/// known, <c>statuses.tsv</c>.
/// </summary>
internal static class ReasonRules
{
    public static IReadOnlyList<ReasonRule> All { get; } =
    [
        .. RuleFile.Read("reasons.tsv", 4).Select(f => Of(f[0], f[1], f[2], f[3])),
    ];

    private static readonly Dictionary<string, ReasonRule> Statuses = RuleFile.Read("statuses.tsv", 4)
        .ToDictionary(f => f[0], f => Of(f[1], f[2], f[0], f[3]), StringComparer.Ordinal);

    /// <param name="text">As <see cref="Reports.ServerWords"/> makes it.</param>
    public static ReasonRule? Find(string text)
    {
        foreach (var rule in All)
        {
            if (rule.Phrase.IsIn(text))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>By an enhanced status code; subject and detail decide where the class of the code is not in the table.</summary>
    public static ReasonRule? OfStatus(string? status) =>
        status is null ? null
        : Statuses.TryGetValue(status, out var rule) ? rule
        : Statuses.GetValueOrDefault($"x{status[1..]}");

    /// <summary>A rule as it stands in a table.</summary>
    public static ReasonRule Of(string reason, string hardness, string text, string madeFor) =>
        new(ColumnTypes.FromColumn<BounceReason>(reason), HardnessOf(hardness), text, madeFor);

    private static Hardness HardnessOf(string name) => name switch
    {
        "hard" => Hardness.Always,
        "address" => Hardness.WhenAddressRefused,
        "soft" => Hardness.Never,
        _ => throw new InvalidOperationException($"'{name}' is none of hard, address, soft."),
    };
}
