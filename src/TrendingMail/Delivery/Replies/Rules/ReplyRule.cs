using TrendingMail.Storage;

namespace TrendingMail.Delivery.Replies.Rules;

/// <summary>Whether what a phrase or a code means is that the address is bad for good.</summary>
internal enum Hardness
{
    /// <summary>No, or servers do not say.</summary>
    Soft,

    /// <summary>Only if RCPT was rejected: after DATA, some servers say the same of what a filter rejected.</summary>
    Address,

    Hard,
}

/// <summary>What a phrase or a code means.</summary>
/// <param name="Weight">How far it is believed, in log odds: see <see cref="EvidenceStrength"/>.</param>
/// <param name="Source">The server that says it, the RFC that defines it, or <c>vocabulary</c>.</param>
internal sealed record ReplyRule(BounceReason Reason, Hardness Hardness, double Weight, string Text, string Source)
{
    /// <summary>Creates a rule from the fields of a table.</summary>
    public static ReplyRule Parse(string reason, string hardness, string strength, string text, string source) =>
        new(ColumnTypes.FromColumn<BounceReason>(reason), ColumnTypes.FromColumn<Hardness>(hardness),
            EvidenceStrength.Parse(strength), text, source);

    /// <summary>Whether the rule is about a server whose name contains the text.</summary>
    public bool IsFrom(string server) => Source.Contains(server, StringComparison.OrdinalIgnoreCase);
}

/// <summary>How far evidence is believed, in log odds: what to add to a reason's score.</summary>
internal static class EvidenceStrength
{
    /// <summary>What a server documents about its own phrase or code, even if the words say something else.</summary>
    public const double Documented = 8;

    /// <summary>A phrase that names what rejected the message, such as DMARC or a virus scanner.</summary>
    public const double Named = 5;

    /// <summary>A phrase that names an object and what is wrong with it, such as "mailbox full".</summary>
    public const double Specific = 4;

    /// <summary>A phrase that names only the fault, such as "against policy"; a code that servers use well.</summary>
    public const double General = 2.5;

    /// <summary>A code that servers use for the reason and for others.</summary>
    public const double Weak = 1.5;

    /// <summary>A word that often goes with a reason; a code that servers use for anything.</summary>
    public const double Vague = 0.6;

    public static double Parse(string name) => name switch
    {
        "documented" => Documented,
        "named" => Named,
        "specific" => Specific,
        "general" => General,
        "weak" => Weak,
        "vague" => Vague,
        _ => throw new InvalidOperationException(
            $"Unknown strength '{name}'; expected documented, named, specific, general, weak or vague."),
    };
}
