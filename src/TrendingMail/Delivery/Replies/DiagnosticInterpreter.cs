using System.Buffers;

namespace TrendingMail.Delivery.Replies;

/// <summary>What a server said about a message that it did not accept.</summary>
/// <param name="IsHard">Whether the address is permanently undeliverable.</param>
/// <param name="Status">
/// The enhanced status code (RFC 3463); null if there is none. The remote server's code takes precedence over the
/// reporting server's.
/// </param>
/// <param name="Text">The server's words on one line, truncated.</param>
internal sealed record Diagnosis(BounceReason Reason, bool IsHard, string? Status, string Text);

/// <summary>
/// Interprets a server's diagnostic text and status code, whether it replied during the session, in a report or through
/// a provider. A specific text overrides the code, which servers often choose carelessly.
/// </summary>
internal static class DiagnosticInterpreter
{
    private const int MaximumDiagnosticLength = 1000;

    /// <summary>Prefixes of transcript lines with the remote server's reply or the resulting error.</summary>
    private static readonly string[] RemoteReplyPrefixes = ["<<<", "Out: 4", "Out: 5", "(reason:", "Message could not"];

    /// <summary>Words that name the recipient; <c>@</c> stands for an address.</summary>
    private static readonly SearchValues<string> RecipientWords =
        SearchValues.Create(["@", "recipient", "mailbox", "user", "destinat"], StringComparison.Ordinal);

    private enum RejectionStage
    {
        Unknown,

        Sender,

        Address,

        Message,
    }

    /// <param name="status">The Status field of a report.</param>
    /// <param name="diagnostic">The Diagnostic-Code field or the SMTP reply; empty if there is none.</param>
    /// <param name="reportText">The human-readable text about this recipient; empty if there is none.</param>
    /// <param name="isDelayed">Whether the message may still be delivered.</param>
    /// <param name="provider">
    /// The provider's own classification; a specific text from the receiving server takes precedence.
    /// </param>
    public static Diagnosis Interpret(
        string? status, string diagnostic, string reportText, bool isDelayed = false, ReasonRule? provider = null)
    {
        var normalizedDiagnostic = NormalizedDiagnostic.Parse(StripDiagnosticType(diagnostic)).WithoutNoise();
        var normalizedReport = NormalizedDiagnostic.Parse(ExtractRemoteReplies(reportText)).WithoutNoise();
        var statusField = ParseStatus(status);
        var reportStatus = normalizedDiagnostic.Status is null &&
            normalizedDiagnostic.ReplyCode is null ? normalizedReport.Status : null;
        var statusCode = PreferSpecific(PreferSpecific(normalizedDiagnostic.Status, statusField), reportStatus)
            ?? statusField;
        var rejectionStage = DetectStage(ToSingleLine($"{diagnostic} {reportText}", int.MaxValue));
        var rule = UnlessSenderRejected(
            ReasonRules.Specific.Find(NormalizedDiagnostic.Parse(status ?? "").Text), RejectionStage.Unknown) ??
            UnlessSenderRejected(UnlessSendersAccount(
                ReasonRules.Specific.Find(normalizedDiagnostic.Text), statusCode, normalizedDiagnostic.Text),
                rejectionStage)
                ?? UnlessSenderRejected(ReasonRules.Specific.Find(normalizedReport.Text), rejectionStage) ??
            (provider is { Reason: not BounceReason.Other } ? provider : null) ??
            ReasonRules.FindByStatus(IsVague(statusCode) ? null : statusCode) ??
            (rejectionStage == RejectionStage.Sender ? null : ReasonRules.Vague.Find(normalizedDiagnostic.Text)
                ?? ReasonRules.Vague.Find(normalizedReport.Text)) ??
            provider;
        var replyCode = normalizedDiagnostic.ReplyCode ?? normalizedReport.ReplyCode;
        return new Diagnosis(
            rule?.Reason ?? DefaultReason(rejectionStage, isDelayed, statusCode),
            rule is not null && (provider?.Hardness == Hardness.Always
                ? rule.Hardness != Hardness.Never
                : IsHard(rule, rejectionStage, statusCode, replyCode)),
            statusCode,
            ToSingleLine(
                diagnostic.Length > 0 ? StripDiagnosticType(diagnostic) : ExtractRemoteReplies(reportText),
                MaximumDiagnosticLength));
    }

    /// <summary>
    /// Discards an "unknown user" or "unknown host" rule if the sender was rejected: then it is the sender that is
    /// unknown.
    /// </summary>
    private static ReasonRule? UnlessSenderRejected(ReasonRule? rule, RejectionStage rejectionStage) =>
        rejectionStage == RejectionStage.Sender &&
        rule is { Reason: BounceReason.UserUnknown or BounceReason.HostUnknown } ? null : rule;

    /// <summary>
    /// Discards "account suspended" with a policy code and without a word about the recipient: then it is the account
    /// of the sender.
    /// </summary>
    private static ReasonRule? UnlessSendersAccount(ReasonRule? rule, string? statusCode, string text) =>
        rule is { Reason: BounceReason.Suspended } &&
        statusCode is [_, '.', '7', '.', ..] and not [.., '.', '1', '3'] &&
        !text.AsSpan().ContainsAny(RecipientWords)
            ? null
            : rule;

    private static bool IsHard(ReasonRule rule, RejectionStage rejectionStage, string? statusCode, int? replyCode) =>
        rule.Hardness switch
        {
            Hardness.Never => false,
            // A temporary DNS failure may resolve.
            Hardness.Always when rule.Reason == BounceReason.HostUnknown && statusCode is ['4', ..] => false,
            Hardness.Always => true,
            _ when statusCode is not null && statusCode[1..].StartsWith(".1.", StringComparison.Ordinal) => true,
            // "User unknown" with a policy code comes from a content filter.
            _ when statusCode is not null && statusCode[1..].StartsWith(".7.", StringComparison.Ordinal) => false,
            // Without an SMTP reply, the reporting server itself does not know the address.
            _ => rejectionStage == RejectionStage.Address ||
                (rejectionStage == RejectionStage.Unknown && replyCode is null),
        };

    /// <summary>The reason if neither text nor code says more than that the message was rejected.</summary>
    private static BounceReason DefaultReason(
        RejectionStage rejectionStage, bool isDelayed, string? statusCode) =>
        isDelayed ? BounceReason.Expired
        : rejectionStage == RejectionStage.Sender ? BounceReason.Blocked
        : rejectionStage is RejectionStage.Message or RejectionStage.Address ? BounceReason.Policy
        : ReasonRules.FindByStatus(statusCode)?.Reason ?? BounceReason.Other;

    private static RejectionStage DetectStage(string text) =>
        text.AsSpan().ContainsAny(ReportPhrases.AddressRejected) ? RejectionStage.Address
        : text.AsSpan().ContainsAny(ReportPhrases.MessageRejected) ? RejectionStage.Message
        : text.AsSpan().ContainsAny(ReportPhrases.SenderRejected) ? RejectionStage.Sender
        : RejectionStage.Unknown;

    /// <summary>The first code that is specific.</summary>
    private static string? PreferSpecific(string? first, string? second) =>
        first is null || (IsVague(first) && second is not null && !IsVague(second)) ? second ?? first : first;

    private static bool IsVague(string? code) => code is null || code.EndsWith(".0.0", StringComparison.Ordinal);

    /// <summary>Parses the code in a value such as <c>5.2.1 (mailbox disabled)</c>.</summary>
    private static string? ParseStatus(string? field)
    {
        var code = (field ?? "").AsSpan().Trim();
        var end = code.IndexOfAny(" (");
        code = end > 0 ? code[..end] : code;
        return NormalizedDiagnostic.IsStatusCode(code) ? code.ToString() : null;
    }

    /// <summary>Strips the type prefix of a Diagnostic-Code, such as <c>smtp;</c>.</summary>
    private static string StripDiagnosticType(string diagnostic)
    {
        var semicolon = diagnostic.IndexOf(';', StringComparison.Ordinal);
        return semicolon is > 0 and < 40 && diagnostic.AsSpan(0, semicolon).IndexOfAny(" \t") < 0
            ? diagnostic[(semicolon + 1)..].Trim()
            : diagnostic;
    }

    /// <summary>
    /// Extracts the remote server's replies from a transcript: Sendmail adds its own "User unknown" to any rejection.
    /// </summary>
    private static string ExtractRemoteReplies(string reportText)
    {
        var isPostfixTranscript = reportText.Contains("Transcript of session follows", StringComparison.Ordinal) &&
            reportText.Contains("Out: ", StringComparison.Ordinal);
        if (!isPostfixTranscript && !reportText.Contains("<<< ", StringComparison.Ordinal))
        {
            return reportText;
        }

        var lines = reportText.Split('\n').Select(line => line.Trim())
            .Where(line => RemoteReplyPrefixes.Any(start => line.StartsWith(start, StringComparison.Ordinal)) ||
                line.Contains("Deferred:", StringComparison.Ordinal))
            .Where(line => !line.StartsWith("<<< 503", StringComparison.Ordinal))
            .Select(line => line.TrimStart('<', ' '));
        var replies = string.Join('\n', lines);

        // InterScan uses the arrows the other way round.
        return replies.Length > 0 ? replies : reportText;
    }

    private static string ToSingleLine(string text, int maximumLength)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > maximumLength ? line[..maximumLength] : line;
    }
}
