using TrendingMail.Delivery.Replies;
using TrendingMail.Inbound.Classification.Rules;

namespace TrendingMail.Inbound.Classification.Reports;

/// <summary>Heuristics that recognize bounces and automatic messages.</summary>
internal sealed class BounceHeuristics
{
    private const int InspectedLength = 4000;

    private static readonly string[] ServerHeaders = ["X-Failed-Recipients", "X-MLServer"];

    private static readonly string[] ListHeaders = ["List-Id", "List-Unsubscribe", "List-Post"];

    private static readonly string[] AutoReplyHeaders =
        ["X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Auto-Reply", "X-AutoReply-From", "X-Mail-Autoreply"];

    public BounceHeuristics(InboundMail mail, ReportText report)
    {
        var from = mail.From.ToLowerInvariant();
        HasNullReturnPath = mail.Header("Return-Path") == "<>" || from is "<>";
        IsFromServer = KindRules.Points(InboundKind.Bounce, from, "", "") > 0 ||
            ServerHeaders.Any(name => mail.Header(name).Length > 0);
        IsBulk = ListHeaders.Any(name => mail.Header(name).Length > 0) ||
            mail.Header("Precedence").ToLowerInvariant() is "bulk" or "list" or "junk";
        IsBounce = mail.HasDeliveryStatus && (IsFromServer || !mail.IsForwarded);
        if (!IsBounce)
        {
            var subject = NormalizedDiagnostic.Parse(mail.Subject).Text;
            IsAutoReply = HasAutoReplyHeaders(mail) ||
                KindRules.Points(InboundKind.AutoReply, "", subject, "") >= (HasNullReturnPath ? 1 : 2);
            IsBounce = LooksLikeBounce(mail, subject, NormalizeText(report));
        }

        var all = $"{mail.Subject}\n{string.Join('\n', report.Lines)}".AsSpan();
        Action = !IsBounce ? RecipientAction.Delivered
            : all.ContainsAny(ReportPhrases.Delayed) ? RecipientAction.Delayed
            : all.ContainsAny(ReportPhrases.Delivered) ? RecipientAction.Delivered
            : RecipientAction.Failed;
    }

    public bool IsBounce { get; }

    public bool IsAutoReply { get; }

    public bool HasNullReturnPath { get; }

    public bool IsFromServer { get; }

    /// <summary>Whether it was sent by a mailing list or in bulk.</summary>
    public bool IsBulk { get; }

    /// <summary>The outcome to assume if no Action field is present.</summary>
    public RecipientAction Action { get; }

    /// <summary>
    /// Considers the sender as well as the text, because people also write about undelivered mail. List messages and
    /// replies are never reports.
    /// </summary>
    private bool LooksLikeBounce(InboundMail mail, string subject, string text)
    {
        if (IsBulk && mail.Header("List-Id") + mail.Header("List-Unsubscribe") is { Length: > 0 })
        {
            return false;
        }

        var points = KindRules.Points(InboundKind.Bounce, "", subject, text);
        return IsFromServer ? points > 0 || mail.Header("X-Failed-Recipients").Length > 0
            : HasNullReturnPath ? points > 1 && !IsAutoReply
            : mail.Header("In-Reply-To").Length == 0 && KindRules.Points(InboundKind.Bounce, "", "", text) > 1;
    }

    /// <summary>RFC 3834 section 5, and the nonstandard headers that preceded it.</summary>
    private static bool HasAutoReplyHeaders(InboundMail mail) =>
        mail.IsReadReceipt ||
        mail.Header("Auto-Submitted").StartsWith("auto-replied", StringComparison.OrdinalIgnoreCase) ||
        mail.Header("Precedence").Equals("auto_reply", StringComparison.OrdinalIgnoreCase) ||
        AutoReplyHeaders.Any(name => mail.Header(name).Length > 0) ||
        mail.Header("X-Auto-Response-Suppress").Contains("All", StringComparison.OrdinalIgnoreCase);

    /// <summary>The beginning of the text, normalized and without quoted lines.</summary>
    private static string NormalizeText(ReportText report)
    {
        var text = string.Join(' ', report.Lines.Where(
            line => !line.StartsWith('>') || line.StartsWith(">>>", StringComparison.Ordinal)));
        return NormalizedDiagnostic.Parse(text.AsSpan(0, Math.Min(text.Length, InspectedLength))).Text;
    }
}
