using System.Buffers;
using TrendingMail.Delivery.Replies.Rules;

namespace TrendingMail.Delivery.Replies;

/// <summary>What a server said about a message that it did not accept.</summary>
/// <param name="IsHard">Whether the address is permanently undeliverable.</param>
/// <param name="Status">
/// The enhanced status code (RFC 3463); null if there is none. The remote server's code takes precedence over the
/// reporting server's.
/// </param>
/// <param name="Text">The server's words on one line, truncated.</param>
internal sealed record Diagnosis(BounceReason Reason, bool IsHard, string? Status, string Text);

/// <summary>A provider's own classification of a failure.</summary>
/// <param name="IsHard">Whether the provider considers the address permanently undeliverable.</param>
internal sealed record ProviderVerdict(BounceReason Reason, bool IsHard);

/// <summary>
/// Interprets a server's diagnostic text and codes, whether it replied during the session, in a report or through a
/// provider. See <see cref="Evidence"/> for how contradictions are resolved.
/// </summary>
internal static class DiagnosticInterpreter
{
    private const int MaximumDiagnosticLength = 1000;

    /// <param name="status">The Status field of a report.</param>
    /// <param name="diagnostic">The Diagnostic-Code field or the SMTP reply; empty if there is none.</param>
    /// <param name="reportTexts">The human-readable texts about this recipient, the most relevant first.</param>
    /// <param name="isDelayed">Whether the message may still be delivered.</param>
    /// <param name="provider">What the provider says, if it reports the failure.</param>
    public static Diagnosis Interpret(
        string? status, string diagnostic, IReadOnlyList<string> reportTexts, bool isDelayed = false,
        ProviderVerdict? provider = null, ReplyRules? rules = null)
    {
        var reply = NormalizedDiagnostic.Parse(StripDiagnosticType(diagnostic)).WithoutNoise();
        var reports = reportTexts.SelectMany(ReportTranscript.FindReplies)
            .Select(text => NormalizedDiagnostic.Parse(text).WithoutNoise()).ToArray();
        var statusField = ParseStatus(status);
        var reportStatus = reply.Status is null && reply.ReplyCode is null
            ? reports.Select(report => report.Status).FirstOrDefault(code => code is not null)
            : null;
        var statusCode = PreferSpecific(PreferSpecific(reply.Status, statusField), reportStatus) ?? statusField;
        var evidence = new Evidence(rules ?? ReplyRules.Default)
        {
            Stage = DetectStage(ToSingleLine($"{diagnostic} {string.Join(' ', reportTexts)}", int.MaxValue)),
            Status = statusCode,
            ReplyCode = reply.ReplyCode ?? reports.Select(report => report.ReplyCode)
                .FirstOrDefault(code => code is not null),
            IsDelayed = isDelayed,
            IsFromFields = reply.Text.Length > 0,
            Provider = provider,
        };
        foreach (var text in reports.Select(report => report.Text)
            .Prepend(NormalizedDiagnostic.Parse(status ?? "").Text).Prepend(reply.Text))
        {
            if (!evidence.IsTextClear)
            {
                evidence.AddText(text);
            }
        }

        var (reason, isHard) = evidence.Judge();
        return new Diagnosis(
            reason, isHard, statusCode,
            ToSingleLine(
                diagnostic.Length > 0 ? StripDiagnosticType(diagnostic)
                : reportTexts.SelectMany(ReportTranscript.FindReplies).FirstOrDefault() ?? "",
                MaximumDiagnosticLength));
    }

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

    /// <summary>
    /// Strips the type prefix of a Diagnostic-Code, such as <c>smtp;</c>, except for <c>x-unix;</c>: an exit code by
    /// itself would say nothing.
    /// </summary>
    private static string StripDiagnosticType(string diagnostic)
    {
        var semicolon = diagnostic.IndexOf(';', StringComparison.Ordinal);
        if (semicolon is <= 0 or >= 40 || diagnostic.AsSpan(0, semicolon).IndexOfAny(" \t") >= 0)
        {
            return diagnostic;
        }

        var text = diagnostic[(semicolon + 1)..].Trim();
        return diagnostic.StartsWith("x-unix", StringComparison.OrdinalIgnoreCase) ? $"x-unix {text}" : text;
    }

    private static string ToSingleLine(string text, int maximumLength)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > maximumLength ? line[..maximumLength] : line;
    }
}
