using TrendingMail.Inbound;
using TrendingMail.Messages;

namespace TrendingMail.Diagnostics.BulkSenders;

/// <summary>
/// The rules of Gmail, Yahoo and Outlook.com for senders of many messages, each with our measured state.
/// </summary>
internal sealed class BulkSenderCheck(
    SenderOptions sender, SendingStatistics statistics, InboundOptions inbound) : IDependentCheck
{
    public string Name => "bulk-senders";

    public CheckGroup Group => CheckGroup.BulkSender;

    public string Description => "the rules of Gmail, Yahoo and Outlook.com for bulk senders, one by one";

    public bool NeedsNetwork => false;

    public bool GuardsReputation => false;

    public IReadOnlyCollection<string> DependsOn { get; } =
        [.. BulkSenderRule.All.SelectMany(rule => rule.Checks).Distinct()];

    public async Task<IReadOnlyList<Finding>> RunAsync(
        IReadOnlyDictionary<string, CheckResult> results, CancellationToken cancellationToken)
    {
        var measured = await statistics.MeasureAsync(cancellationToken);
        return
        [
            .. BulkSenderRule.All.Select(rule => rule.Judge(results)),
            AlignmentRule.Judge(sender),
            RateRule.JudgeComplaints(measured),
            RateRule.JudgeBounces(measured),
            OptOutRule.Judge(measured, inbound.Mailboxes.Count > 0),
        ];
    }
}
