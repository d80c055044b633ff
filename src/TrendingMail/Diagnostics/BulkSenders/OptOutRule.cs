namespace TrendingMail.Diagnostics.BulkSenders;

/// <summary>Who unsubscribes gets nothing more within 48 hours, whichever way they took.</summary>
internal static class OptOutRule
{
    /// <param name="readsMail">Whether the program reads the mailbox of List-Unsubscribe's mailto link.</param>
    public static Finding Judge(SendingState state, bool readsMail) => (state.SentAfterOptOut > 0
        ? Finding.Bad($"{state.SentAfterOptOut} digests were sent to people who had unsubscribed 48 hours before.",
            "Report this as a fault, with the output of 'digest trace EMAIL'.")
        : !readsMail
            ? Finding.Warn(
                "Opt-outs on the web count at once. Those by mail, which List-Unsubscribe offers, are not read.",
                "Set Inbound:Mailboxes to the mailbox of Mail:ReplyTo or Mail:BounceAddress.")
            : Finding.Good("Opt-outs count at once; no digest was sent to anyone 48 hours after.")) with
    {
        Subject = "opt-out within 48 h",
        Evidence = ["Required by Gmail, Yahoo."],
    };
}
