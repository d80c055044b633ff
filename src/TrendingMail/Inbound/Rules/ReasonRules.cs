using TrendingMail.Storage;

namespace TrendingMail.Inbound.Rules;

/// <summary>When the address of a recipient whose mail failed for this reason is bad for good.</summary>
internal enum Hardness
{
    Never,

    Always,

    /// <summary>
    /// Where the address was refused, and not the mail: servers say "user unknown" of mails that they filter, too.
    /// </summary>
    WhenAddressRefused,
}

internal sealed record ReasonRule(BounceReason Reason, Hardness Hardness, string Text, string MadeFor)
{
    public Phrase Phrase { get; } = new(Text);
}

/// <summary>
/// What servers' words and codes mean: <c>reasons.tsv</c>, whose first line that fits decides; where no words are
/// known,
/// <c>statuses.tsv</c>; and where there is no telling code, either, <c>vague.tsv</c>.
/// </summary>
internal static class ReasonRules
{
    /// <summary><c>reasons.tsv</c>.</summary>
    public static RuleTable Certain { get; } = new("reasons.tsv");

    /// <summary><c>vague.tsv</c>.</summary>
    public static RuleTable Vague { get; } = new("vague.tsv");

    private static readonly Dictionary<string, ReasonRule> Statuses = RuleFile.Read("statuses.tsv", 4)
        .ToDictionary(f => f[0], f => Of(f[1], f[2], f[0], f[3]), StringComparer.Ordinal);

    /// <summary>
    /// By an enhanced status code: itself, else its subject and detail whatever its class, else its subject (RFC 3463
    /// section 3), for servers have details of their own.
    /// </summary>
    public static ReasonRule? OfStatus(string? status) =>
        status is null ? null
        : Statuses.TryGetValue(status, out var rule) ? rule
        : Statuses.GetValueOrDefault($"x{status[1..]}") ??
            Statuses.GetValueOrDefault($"x{status[1..status.LastIndexOf('.')]}.0");

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
