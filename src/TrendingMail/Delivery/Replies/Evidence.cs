using TrendingMail.Delivery.Replies.Rules;

namespace TrendingMail.Delivery.Replies;

/// <summary>The SMTP command that a server rejected.</summary>
internal enum RejectionStage
{
    Unknown,

    /// <summary>The connection, EHLO or MAIL FROM.</summary>
    Sender,

    /// <summary>RCPT TO.</summary>
    Address,

    /// <summary>DATA.</summary>
    Message,
}

/// <summary>
/// Weighs what is known about a failure. Each reason's score is the weight of its strongest phrase, plus that of a code
/// and of the provider's verdict if they mean that reason. A code that servers use for anything adds nothing to words.
/// The highest score wins; of equal ones, that of the cause that costs the subscriber least.
/// </summary>
internal sealed class Evidence(ReplyRules rules)
{
    /// <summary>
    /// How much worse it is to suppress a good address than to keep a bad one for another few days. An address is
    /// permanently undeliverable only if that is more likely than any contradicting reason by this ratio.
    /// </summary>
    private const double FalseHardCost = 5;

    /// <summary>What it adds to "user unknown" that RCPT was rejected.</summary>
    private const double AddressWeight = 0.6;

    private const double PolicyCodeDoubt = 2;

    private const double FreeTextDoubt = 1.5;

    private static readonly double HardMargin = Math.Log(FalseHardCost);

    /// <summary>
    /// Which of two equally likely reasons wins: a named mechanism before a fault of the mailbox, and that before what
    /// servers say of anything; of the reasons that can suppress an address, none before those that cannot.
    /// </summary>
    private static readonly BounceReason[] TieBreak =
    [
        BounceReason.AuthFailed, BounceReason.MailboxFull, BounceReason.TooBig, BounceReason.RateLimited,
        BounceReason.Blocked, BounceReason.SpamContent, BounceReason.Suspended, BounceReason.ContentError,
        BounceReason.Expired, BounceReason.HostUnknown, BounceReason.NetworkError, BounceReason.UserUnknown,
        BounceReason.SystemError, BounceReason.Policy,
    ];

    private readonly Dictionary<BounceReason, (ReplyRule Rule, double Weight)> strongest = [];

    private bool hasText;

    public RejectionStage Stage { get; init; }

    public string? Status { get; init; }

    public int? ReplyCode { get; init; }

    public bool IsDelayed { get; init; }

    /// <summary>Whether the reply comes from our own session or from a field, not from the text of a report.</summary>
    public bool IsFromFields { get; init; }

    public ProviderVerdict? Provider { get; init; }

    /// <summary>Whether the texts so far name a cause.</summary>
    public bool IsTextClear => strongest.Values.Any(found => found.Rule.Weight > EvidenceStrength.Vague);

    private bool IsTemporary => IsDelayed || Status is ['4', ..] || ReplyCode is >= 400 and < 500;

    /// <param name="text">Text normalized by <see cref="NormalizedDiagnostic"/>.</param>
    public void AddText(string text)
    {
        hasText |= text.Length > 0;
        foreach (var (rule, weight) in text.Length > 0 ? rules.Find($"{Status} {text}".TrimStart()) : [])
        {
            var reason = GetReason(rule);
            if (!strongest.TryGetValue(reason, out var best) || best.Weight < weight)
            {
                strongest[reason] = (rule, weight);
            }
        }
    }

    /// <summary>
    /// The reason that a rule means at this stage: of a rejected sender, it is the sender that is unknown, and some
    /// servers call what a filter rejected after DATA unknown.
    /// </summary>
    private BounceReason GetReason(ReplyRule rule) => rule switch
    {
        { Reason: BounceReason.UserUnknown or BounceReason.HostUnknown } when Stage == RejectionStage.Sender =>
            BounceReason.Policy,
        { Hardness: Hardness.Address } when Stage == RejectionStage.Message => BounceReason.Policy,
        _ => rule.Reason,
    };

    public (BounceReason Reason, bool IsHard) Judge()
    {
        // The sort is stable, so equal scores stay in the order of the tie-break.
        var ranked = TieBreak.Select(reason => (Reason: reason, Score: Score(reason)))
            .Where(candidate => candidate.Score > 0).OrderByDescending(candidate => candidate.Score).ToArray();
        if (ranked.Length == 0)
        {
            return (DefaultReason(), Provider?.IsHard == true);
        }

        var reason = ranked[0].Reason;
        if (Provider?.IsHard == true)
        {
            return (reason, reason == Provider.Reason || IsHardReason(reason) ||
                ranked[0].Score < EvidenceStrength.General);
        }

        var contradiction = ranked.Skip(1).Where(candidate => !IsHardReason(candidate.Reason))
            .Select(candidate => candidate.Score).DefaultIfEmpty(0).Max();
        return (reason, IsHardReason(reason) && !IsTemporary && IsAboutAddress(reason) &&
            ranked[0].Score - Math.Max(contradiction, GetDoubt(reason)) >= HardMargin);
    }

    /// <summary>
    /// What speaks against a permanently bad address without naming another reason: filters say "user unknown" with a
    /// policy code, and in a report without fields or codes the words may mean anything.
    /// </summary>
    private double GetDoubt(BounceReason reason) =>
        Status is [_, '.', '7', '.', ..] && !IsHardByCode(reason) ? PolicyCodeDoubt
        : !IsFromFields && Status is null && ReplyCode is null ? FreeTextDoubt
        : 0;

    /// <summary>
    /// Whether the rejection is one of the address. After DATA, servers also say "user unknown" for what a filter
    /// rejected; in a report without fields, a reply may have followed any command.
    /// </summary>
    private bool IsAboutAddress(BounceReason reason) =>
        Stage == RejectionStage.Address || reason == BounceReason.HostUnknown ||
        Status is [_, '.', '1', '.', ..] and not [_, '.', '1', '.', '0'] ||
        strongest.GetValueOrDefault(reason).Rule?.Weight >= EvidenceStrength.Documented ||
        (Stage == RejectionStage.Unknown && (IsFromFields || ReplyCode is null));

    private double Score(BounceReason reason)
    {
        var text = strongest.GetValueOrDefault(reason).Weight;
        var code = Math.Max(Weight(rules.FindByStatus(Status), reason), Weight(ReplyCodeRule, reason));
        return (code >= EvidenceStrength.General ? text + code : Math.Max(text, code)) +
            (Provider?.Reason == reason ? EvidenceStrength.General : 0) +
            (Stage == RejectionStage.Address && reason == BounceReason.UserUnknown && text > 0 ? AddressWeight : 0);
    }

    /// <summary>The meaning of the reply code; null if the code is all that the server said.</summary>
    private ReplyRule? ReplyCodeRule => hasText ? rules.FindByReplyCode(ReplyCode) : null;

    private static double Weight(ReplyRule? rule, BounceReason reason) => rule?.Reason == reason ? rule.Weight : 0;

    /// <summary>
    /// Whether the address is bad for good if this is the reason: by the words, or by a code that they do not qualify.
    /// </summary>
    private bool IsHardReason(BounceReason reason) =>
        reason.IsRecipientLevel() && (strongest.GetValueOrDefault(reason).Rule switch
        {
            { Hardness: Hardness.Hard } => true,
            { Hardness: Hardness.Address } => Stage == RejectionStage.Address || IsHardByCode(reason),
            { Weight: < EvidenceStrength.Specific } or null => IsHardByCode(reason),
            _ => false,
        });

    private bool IsHardByCode(BounceReason reason) =>
        IsHard(rules.FindByStatus(Status), reason) || IsHard(ReplyCodeRule, reason);

    private static bool IsHard(ReplyRule? rule, BounceReason reason) =>
        rule?.Reason == reason && rule.Hardness == Hardness.Hard;

    /// <summary>The reason if neither text nor code says more than that the message was rejected.</summary>
    private BounceReason DefaultReason() =>
        IsDelayed ? BounceReason.Expired
        : Stage == RejectionStage.Sender ? BounceReason.Blocked
        : Stage is RejectionStage.Message or RejectionStage.Address ? BounceReason.Policy
        : BounceReason.Other;
}
