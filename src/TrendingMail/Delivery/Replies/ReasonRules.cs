using TrendingMail.Storage;

namespace TrendingMail.Delivery.Replies;

/// <summary>When a failure with this reason means that the address is permanently undeliverable.</summary>
internal enum Hardness
{
    Never,

    Always,

    /// <summary>
    /// If the address was rejected rather than the message: some servers also report filtered mail as "user unknown".
    /// </summary>
    WhenAddressRejected,
}

internal sealed record ReasonRule(BounceReason Reason, Hardness Hardness, string Text, string Source)
{
    public Phrase Phrase { get; } = new(Text);
}

/// <summary>
/// Maps diagnostic texts and status codes to reasons: first <c>reasons.tsv</c>, in which the first matching line wins;
/// then <c>statuses.tsv</c>, by status code; then <c>vague.tsv</c>, if the code is missing or unspecific.
/// </summary>
internal static class ReasonRules
{
    /// <summary><c>reasons.tsv</c>.</summary>
    public static RuleTable Specific { get; } = new("reasons.tsv");

    /// <summary><c>vague.tsv</c>.</summary>
    public static RuleTable Vague { get; } = new("vague.tsv");

    private static readonly Dictionary<string, ReasonRule> Statuses = RuleFile.Read("statuses.tsv", 4)
        .ToDictionary(f => f[0], f => Create(f[1], f[2], f[0], f[3]), StringComparer.Ordinal);

    /// <summary>
    /// Finds a rule for an enhanced status code: the exact code, else its subject and detail in any class, else its
    /// subject alone (RFC 3463 section 3), because servers invent details of their own.
    /// </summary>
    public static ReasonRule? FindByStatus(string? status) =>
        status is null ? null
        : Statuses.TryGetValue(status, out var rule) ? rule
        : Statuses.GetValueOrDefault($"x{status[1..]}") ??
            Statuses.GetValueOrDefault($"x{status[1..status.LastIndexOf('.')]}.0");

    /// <summary>Creates a rule from the fields of a table.</summary>
    public static ReasonRule Create(string reason, string hardness, string text, string source) =>
        new(ColumnTypes.FromColumn<BounceReason>(reason), ParseHardness(hardness), text, source);

    private static Hardness ParseHardness(string name) => name switch
    {
        "hard" => Hardness.Always,
        "address" => Hardness.WhenAddressRejected,
        "soft" => Hardness.Never,
        _ => throw new InvalidOperationException($"Unknown hardness '{name}'; expected hard, address or soft."),
    };
}
