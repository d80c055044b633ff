using TrendingMail.Inbound.Rules;

namespace TrendingMail.Inbound.Reports;

/// <summary>What a server's words and codes mean together. The words outrank a careless code.</summary>
internal static class Judgement
{
    private const int MaximumDiagnostic = 1000;

    /// <summary>How lines of a transcript begin that have the other server's words, or what came of them.</summary>
    private static readonly string[] OfOtherServer = ["<<<", "Out: 4", "Out: 5", "(reason:", "Message could not"];

    private enum Stage
    {
        Unknown,

        Sender,

        Address,

        Message,
    }

    /// <param name="diagnostic">The Diagnostic-Code, or what an SMTP server replied; empty where there is none.</param>
    /// <param name="words">What the report says about this recipient to people; empty where it says nothing.</param>
    /// <param name="status">The Status field.</param>
    public static ReportedRecipient Of(
        string address, RecipientAction action, string? status, string diagnostic, string words) =>
        Of(address, action, status, diagnostic, words, null);

    /// <summary>Of a provider's event.</summary>
    /// <param name="provider">What the provider makes of it; the words of the receiving server go before.</param>
    public static ReportedRecipient OfEvent(
        string address, RecipientAction action, string? status, string said, ReasonRule provider) =>
        Of(address, action, status, said, "", provider);

    private static ReportedRecipient Of(
        string address, RecipientAction action, string? status, string diagnostic, string words, ReasonRule? provider)
    {
        var said = ServerWords.Of(Bare(diagnostic)).WithoutNoise();
        var told = ServerWords.Of(Dialogue(words)).WithoutNoise();
        var field = StatusOf(status);
        var toldCode = said.Status is null && said.Reply is null ? told.Status : null;
        var code = Better(Better(said.Status, field), toldCode) ?? field;
        var stage = StageOf(OneLine($"{diagnostic} {words}", int.MaxValue));
        var rule = Known(ReasonRules.Certain.Find(ServerWords.Of(status ?? "").Text), Stage.Unknown) ??
            Known(ReasonRules.Certain.Find(said.Text), stage) ?? Known(ReasonRules.Certain.Find(told.Text), stage) ??
            (provider is { Reason: not BounceReason.Other } ? provider : null) ??
            ReasonRules.OfStatus(IsVague(code) ? null : code) ??
            (stage == Stage.Sender ? null : ReasonRules.Vague.Find(said.Text) ?? ReasonRules.Vague.Find(told.Text)) ??
            provider;
        var reply = said.Reply ?? told.Reply;
        var reason = rule?.Reason ?? Reason(stage, action, code);
        return new ReportedRecipient
        {
            Address = address,
            Action = action,
            Status = code,
            Reason = action is RecipientAction.Failed or RecipientAction.Delayed ? reason : BounceReason.Other,
            Hard = action is RecipientAction.Failed or RecipientAction.Delayed && rule is not null &&
                (provider?.Hardness == Hardness.Always
                    ? rule.Hardness != Hardness.Never
                    : IsHard(rule, stage, code, reply)),
            Diagnostic = OneLine(diagnostic.Length > 0 ? Bare(diagnostic) : Dialogue(words), MaximumDiagnostic),
        };
    }

    /// <summary>
    /// The rule, unless it takes the sender for the recipient: what is unknown where the sender is refused is the
    /// sender.
    /// </summary>
    private static ReasonRule? Known(ReasonRule? rule, Stage stage) =>
        stage == Stage.Sender && rule is { Reason: BounceReason.UserUnknown or BounceReason.HostUnknown } ? null : rule;

    private static bool IsHard(ReasonRule rule, Stage stage, string? code, int? reply) => rule.Hardness switch
    {
        Hardness.Never => false,
        // What a name server does not know today it may know tomorrow.
        Hardness.Always when rule.Reason == BounceReason.HostUnknown && code is ['4', ..] => false,
        Hardness.Always => true,
        _ when code is not null && code[1..].StartsWith(".1.", StringComparison.Ordinal) => true,
        // "User unknown" under a code of policy is a filter's word.
        _ when code is not null && code[1..].StartsWith(".7.", StringComparison.Ordinal) => false,
        // Without an SMTP reply it is the report's own server that does not know the address.
        _ => stage == Stage.Address || (stage == Stage.Unknown && reply is null),
    };

    /// <summary>Where neither words nor codes say more than that it was refused.</summary>
    private static BounceReason Reason(Stage stage, RecipientAction action, string? code) =>
        action == RecipientAction.Delayed ? BounceReason.Expired
        : stage == Stage.Sender ? BounceReason.Blocked
        : stage is Stage.Message or Stage.Address ? BounceReason.Policy
        : ReasonRules.OfStatus(code)?.Reason ?? BounceReason.Other;

    private static Stage StageOf(string text) =>
        text.AsSpan().ContainsAny(ReportWords.AddressRefused) ? Stage.Address
        : text.AsSpan().ContainsAny(ReportWords.MessageRefused) ? Stage.Message
        : text.AsSpan().ContainsAny(ReportWords.SenderRefused) ? Stage.Sender
        : Stage.Unknown;

    /// <summary>The first code that says something.</summary>
    private static string? Better(string? first, string? second) =>
        first is null || (IsVague(first) && second is not null && !IsVague(second)) ? second ?? first : first;

    private static bool IsVague(string? code) => code is null || code.EndsWith(".0.0", StringComparison.Ordinal);

    /// <summary>The code in <c>5.2.1 (mailbox disabled)</c>.</summary>
    private static string? StatusOf(string? field)
    {
        var code = (field ?? "").AsSpan().Trim();
        var end = code.IndexOfAny(" (");
        code = end > 0 ? code[..end] : code;
        return ServerWords.IsStatus(code) ? code.ToString() : null;
    }

    /// <summary>A Diagnostic-Code without its type.</summary>
    private static string Bare(string diagnostic)
    {
        var semicolon = diagnostic.IndexOf(';', StringComparison.Ordinal);
        return semicolon is > 0 and < 40 && diagnostic.AsSpan(0, semicolon).IndexOfAny(" \t") < 0
            ? diagnostic[(semicolon + 1)..].Trim()
            : diagnostic;
    }

    /// <summary>
    /// Of a transcript, what the other server said: Sendmail adds "User unknown" of its own to whatever was refused.
    /// </summary>
    private static string Dialogue(string words)
    {
        var ofPostfix = words.Contains("Transcript of session follows", StringComparison.Ordinal) &&
            words.Contains("Out: ", StringComparison.Ordinal);
        if (!ofPostfix && !words.Contains("<<< ", StringComparison.Ordinal))
        {
            return words;
        }

        var lines = words.Split('\n').Select(line => line.Trim())
            .Where(line => OfOtherServer.Any(start => line.StartsWith(start, StringComparison.Ordinal)) ||
                line.Contains("Deferred:", StringComparison.Ordinal))
            .Where(line => !line.StartsWith("<<< 503", StringComparison.Ordinal))
            .Select(line => line.TrimStart('<', ' '));
        var dialogue = string.Join('\n', lines);

        // InterScan's arrows point the other way.
        return dialogue.Length > 0 ? dialogue : words;
    }

    private static string OneLine(string text, int maximum)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > maximum ? line[..maximum] : line;
    }
}
