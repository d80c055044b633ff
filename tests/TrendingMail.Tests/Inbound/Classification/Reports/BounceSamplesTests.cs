using TrendingMail.Delivery.Replies;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Tests.Inbound.Classification.Reports;

/// <summary>
/// Measures the share of real bounces classified correctly, if the samples are available next to the repository. The
/// thresholds are slightly below the figures in docs/deliverability.md.
/// </summary>
public sealed class BounceSamplesTests(ITestOutputHelper output)
{
    /// <summary>
    /// Maps the samples' reasons to ours. Any of the listed reasons is correct; unlisted reasons are not checked.
    /// </summary>
    private static readonly Dictionary<string, BounceReason[]> Reasons = new()
    {
        ["userunknown"] = [BounceReason.UserUnknown],
        ["hasmoved"] = [BounceReason.UserUnknown],
        ["filtered"] = [BounceReason.UserUnknown, BounceReason.Policy],
        ["hostunknown"] = [BounceReason.HostUnknown],
        ["notaccept"] = [BounceReason.HostUnknown],
        ["mailboxfull"] = [BounceReason.MailboxFull],
        ["mesgtoobig"] = [BounceReason.TooBig],
        ["exceedlimit"] = [BounceReason.TooBig],
        ["rejected"] = [BounceReason.Blocked, BounceReason.Policy],
        ["blocked"] = [BounceReason.Blocked],
        ["badreputation"] = [BounceReason.Blocked],
        ["requireptr"] = [BounceReason.Blocked],
        ["policyviolation"] = [BounceReason.Policy],
        ["securityerror"] = [BounceReason.Policy],
        ["norelaying"] = [BounceReason.Policy],
        ["notcompliantrfc"] = [BounceReason.Policy],
        ["authfailure"] = [BounceReason.AuthFailed],
        ["spamdetected"] = [BounceReason.SpamContent, BounceReason.ContentError],
        ["virusdetected"] = [BounceReason.SpamContent, BounceReason.ContentError],
        ["contenterror"] = [BounceReason.SpamContent, BounceReason.ContentError],
        ["suspend"] = [BounceReason.Suspended],
        ["expired"] = [BounceReason.Expired],
        ["networkerror"] = [BounceReason.NetworkError],
        ["failedstarttls"] = [BounceReason.NetworkError],
        ["toomanyconn"] = [BounceReason.RateLimited],
        ["speeding"] = [BounceReason.RateLimited],
        ["systemerror"] = [BounceReason.SystemError],
        ["mailererror"] = [BounceReason.SystemError],
        ["systemfull"] = [BounceReason.SystemError],
    };

    [Fact]
    public async Task RealBouncesAreClassified()
    {
        if (Repository.Sample("bounces") is not { } folder)
        {
            Assert.Skip("The real bounces are not available next to the repository.");
            return;
        }

        var (kind, recipients, hard, reason) = (new Accuracy(), new Accuracy(), new Accuracy(), new Accuracy());
        var rows = File.ReadLines(Path.Combine(folder, "expected.tsv")).Skip(1).Select(line => line.Split('\t'));
        foreach (var file in rows.GroupBy(f => f[0]))
        {
            var mails = await MailFiles.ReadAsync(
                Path.Combine(folder, "mails", file.Key), TestContext.Current.CancellationToken)
                .Select(mail => Classifier.Classify(mail.Bytes)).ToListAsync(TestContext.Current.CancellationToken);
            ReportedRecipient[] found = [.. mails.SelectMany(message => message.Recipients)];
            var expectedKind = file.First()[4] switch
            {
                "feedback" => InboundKind.Complaint,
                "vacation" => InboundKind.AutoReply,
                _ => InboundKind.Bounce,
            };
            kind.Add(mails.TrueForAll(message => message.Kind == expectedKind));
            if (expectedKind != InboundKind.Bounce)
            {
                continue;
            }

            recipients.Add(HasExpectedRecipients([.. file], found));
            foreach (var (row, recipient) in PairRecipients([.. file], found)
                .Where(pair => Reasons.ContainsKey(pair.Row[4])))
            {
                hard.Add(recipient?.Hard == (row[5] == "true"));
                reason.Add(recipient is not null && Reasons[row[4]].Contains(recipient.Reason));
            }
        }

        output.WriteLine($"kind {kind}, recipients {recipients}, hard {hard}, reason {reason}");
        Assert.True(kind.Percent >= 99 && recipients.Percent >= 98 && hard.Percent >= 97 && reason.Percent >= 98,
            $"kind {kind}, recipients {recipients}, hard {hard}, reason {reason}");
    }

    private static bool HasExpectedRecipients(string[][] rows, ReportedRecipient[] found)
    {
        var addresses = found.Select(r => r.Address).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return rows.Length == found.Length && rows.All(row => row[7].Length == 0 || addresses.Contains(row[7]));
    }

    /// <summary>Pairs expected and found recipients. Samples without an address are matched by reason.</summary>
    private static IEnumerable<(string[] Row, ReportedRecipient? Found)> PairRecipients(
        string[][] rows, ReportedRecipient[] found)
    {
        var remaining = found.ToList();
        foreach (var row in rows)
        {
            var match = remaining.Find(r => row[7].Equals(r.Address, StringComparison.OrdinalIgnoreCase)) ??
                remaining.Find(r => Reasons.TryGetValue(row[4], out var reasons) && reasons.Contains(r.Reason)) ??
                (remaining.Count > 0 ? remaining[0] : null);
            if (match is not null)
            {
                remaining.Remove(match);
            }

            yield return (row, match);
        }
    }

    private sealed class Accuracy
    {
        private int total;

        private int correct;

        public double Percent => 100.0 * correct / total;

        public void Add(bool isCorrect)
        {
            total++;
            correct += isCorrect ? 1 : 0;
        }

        public override string ToString() => $"{correct} of {total} ({Percent:F1}%)";
    }
}
