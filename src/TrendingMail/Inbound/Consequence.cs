namespace TrendingMail.Inbound;

/// <summary>What a report about a reader leads to.</summary>
public enum Consequence
{
    /// <summary>It is written down, and nothing is done.</summary>
    Noted,

    /// <summary>The reader's address counts one more day with a bounce.</summary>
    Scored,

    /// <summary>The address gets no more mail.</summary>
    Suppressed,

    /// <summary>It is about us and not about the reader: the operator is told.</summary>
    Alerted,

    /// <summary>The subscription ended by the reader's own mail.</summary>
    Unsubscribed,

    /// <summary>A confirmation was sent to someone who asked to subscribe.</summary>
    Answered,

    /// <summary>An operator took back what stands before it.</summary>
    Undone,
}

internal static class Consequences
{
    /// <param name="isProven">Whether it is certain that a mail of ours to this reader is meant.</param>
    public static Consequence Of(ReportedRecipient recipient, bool isProven) =>
        recipient.Action != RecipientAction.Failed ? Consequence.Noted
        : IsAboutUs(recipient.Reason) ? Consequence.Alerted
        : recipient.Hard && isProven ? Consequence.Suppressed
        : Consequence.Scored;

    /// <summary>Whether it is the sender or the mail that was refused, and not the reader's address.</summary>
    private static bool IsAboutUs(BounceReason reason) => reason is BounceReason.Policy or BounceReason.SpamContent or
        BounceReason.ContentError or BounceReason.Blocked or BounceReason.AuthFailed or BounceReason.RateLimited or
        BounceReason.TooBig;
}
