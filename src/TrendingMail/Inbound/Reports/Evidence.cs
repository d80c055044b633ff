using TrendingMail.Inbound.Rules;

namespace TrendingMail.Inbound.Reports;

/// <summary>What speaks for a mail's being a bounce, and for a machine's having written it.</summary>
internal sealed class Evidence
{
    private const int Looked = 4000;

    private static readonly string[] ServerHeaders = ["X-Failed-Recipients", "X-MLServer"];

    private static readonly string[] ListHeaders = ["List-Id", "List-Unsubscribe", "List-Post"];

    private static readonly string[] AutoReplyHeaders =
        ["X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Auto-Reply", "X-AutoReply-From", "X-Mail-Autoreply"];

    public Evidence(InboundMail mail, ReportText report)
    {
        var from = mail.From.ToLowerInvariant();
        HasNullReturnPath = mail.Header("Return-Path") == "<>" || from is "<>";
        IsFromServer = NoticeRules.Points(InboundKind.Bounce, from, "", "") > 0 ||
            ServerHeaders.Any(name => mail.Header(name).Length > 0);
        IsBulk = ListHeaders.Any(name => mail.Header(name).Length > 0) ||
            mail.Header("Precedence").ToLowerInvariant() is "bulk" or "list" or "junk";
        IsBounce = mail.HasStatus && (IsFromServer || !mail.IsForwarded);
        if (!IsBounce)
        {
            var subject = ServerWords.Of(mail.Subject).Text;
            IsAutoReply = SaysAutoReply(mail) ||
                NoticeRules.Points(InboundKind.AutoReply, "", subject, "") >= (HasNullReturnPath ? 1 : 2);
            IsBounce = ReadsLikeBounce(mail, subject, TextOf(report));
        }

        var all = $"{mail.Subject}\n{string.Join('\n', report.Lines)}".AsSpan();
        Action = !IsBounce ? RecipientAction.Delivered
            : all.ContainsAny(ReportWords.Delayed) ? RecipientAction.Delayed
            : all.ContainsAny(ReportWords.Delivered) ? RecipientAction.Delivered
            : RecipientAction.Failed;
    }

    public bool IsBounce { get; }

    public bool IsAutoReply { get; }

    public bool HasNullReturnPath { get; }

    public bool IsFromServer { get; }

    /// <summary>Whether a list or a mass mailing sent it.</summary>
    public bool IsBulk { get; }

    /// <summary>What became of the mail where no field says so.</summary>
    public RecipientAction Action { get; }

    /// <summary>
    /// Who wrote it counts as much as what is said, for people write of mail that did not arrive, too; and neither
    /// lists nor answers are reports.
    /// </summary>
    private bool ReadsLikeBounce(InboundMail mail, string subject, string text)
    {
        if (IsBulk && mail.Header("List-Id") + mail.Header("List-Unsubscribe") is { Length: > 0 })
        {
            return false;
        }

        var words = NoticeRules.Points(InboundKind.Bounce, "", subject, text);
        return IsFromServer ? words > 0 || mail.Header("X-Failed-Recipients").Length > 0
            : HasNullReturnPath ? words > 1 && !IsAutoReply
            : mail.Header("In-Reply-To").Length == 0 && NoticeRules.Points(InboundKind.Bounce, "", "", text) > 1;
    }

    /// <summary>RFC 3834 section 5, and what programs had before it.</summary>
    private static bool SaysAutoReply(InboundMail mail) =>
        mail.IsReceipt ||
        mail.Header("Auto-Submitted").StartsWith("auto-replied", StringComparison.OrdinalIgnoreCase) ||
        mail.Header("Precedence").Equals("auto_reply", StringComparison.OrdinalIgnoreCase) ||
        AutoReplyHeaders.Any(name => mail.Header(name).Length > 0) ||
        mail.Header("X-Auto-Response-Suppress").Contains("All", StringComparison.OrdinalIgnoreCase);

    /// <summary>The words at the start, without what is quoted of another mail.</summary>
    private static string TextOf(ReportText report)
    {
        var text = string.Join(' ', report.Lines.Where(
            line => !line.StartsWith('>') || line.StartsWith(">>>", StringComparison.Ordinal)));
        return ServerWords.Of(text.AsSpan(0, Math.Min(text.Length, Looked))).Text;
    }
}
