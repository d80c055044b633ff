using TrendingMail.Delivery.Replies;
using TrendingMail.Delivery.Replies.Rules;
using TrendingMail.Inbound.Classification.Rules;

namespace TrendingMail.Inbound.Classification.Reports;

/// <summary>Interprets what a report or an event says about one recipient.</summary>
internal static class RecipientInterpreter
{
    /// <param name="status">The Status field.</param>
    /// <param name="diagnostic">The Diagnostic-Code field or the SMTP reply; empty if there is none.</param>
    /// <param name="reportTexts">The human-readable texts about this recipient, the most relevant first.</param>
    /// <param name="rules">The rules to apply; the product's own if null.</param>
    public static ReportedRecipient Interpret(
        string address, RecipientAction action, string? status, string diagnostic, IReadOnlyList<string> reportTexts,
        ReplyRules? rules = null) => Create(
            address, action, DiagnosticInterpreter.Interpret(
                status, diagnostic, reportTexts, action == RecipientAction.Delayed, rules: rules));

    /// <summary>Interprets a provider's event.</summary>
    /// <param name="diagnostic">The receiving server's words; null if the provider passed on none.</param>
    /// <param name="rule">What the event means by itself.</param>
    public static ReportedRecipient InterpretEvent(
        string address, RecipientAction action, string? status, string? diagnostic, ProviderRule rule)
    {
        var diagnosis = DiagnosticInterpreter.Interpret(
            status, diagnostic ?? "", [], action == RecipientAction.Delayed, rule.Verdict);

        // The description is ours: read as a server's words, it would be matched by the rules for those.
        var described = diagnosis.Text.Length > 0 ? diagnosis : diagnosis with { Text = rule.Description };
        return Create(address, action, described) with
        {
            IsUnclear = rule.Type == ProviderEventType.Unclear && diagnosis.Reason == BounceReason.Other,
        };
    }

    private static ReportedRecipient Create(string address, RecipientAction action, Diagnosis diagnosis)
    {
        var isFailure = action is RecipientAction.Failed or RecipientAction.Delayed;
        return new ReportedRecipient
        {
            Address = address,
            Action = action,
            Status = diagnosis.Status,
            Reason = isFailure ? diagnosis.Reason : BounceReason.Other,
            Hard = isFailure && diagnosis.IsHard,
            Diagnostic = diagnosis.Text,
        };
    }
}
