using TrendingMail.Inbound;
using TrendingMail.Inbound.Sources;

namespace TrendingMail.Tests.Inbound;

/// <summary>
/// Real bounces of many servers, where they lie beside the repository: what share is understood. The figures of
/// docs/inbound.md; the floors lie a little below them.
/// </summary>
public sealed class BounceSamplesTests(ITestOutputHelper output)
{
    /// <summary>
    /// How the samples' reasons read in ours: any of those named is right; nothing is said of the others.
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
    public async Task RealBouncesAreUnderstood()
    {
        if (Repository.Sample("bounces") is not { } folder)
        {
            Assert.Skip("The real bounces do not lie beside the repository.");
            return;
        }

        var (kind, recipients, hard, reason) = (new Share(), new Share(), new Share(), new Share());
        var rows = File.ReadLines(Path.Combine(folder, "expected.tsv")).Skip(1).Select(line => line.Split('\t'));
        foreach (var file in rows.GroupBy(f => f[0]))
        {
            var mails = await MailFiles.ReadAsync(Path.Combine(folder, "mails", file.Key), TestContext.Current.CancellationToken)
                .Select(mail => Classifier.Classify(mail.Bytes)).ToListAsync(TestContext.Current.CancellationToken);
            ReportedRecipient[] found = [.. mails.SelectMany(mail => mail.Recipients)];
            var expectedKind = file.First()[4] switch
            {
                "feedback" => InboundKind.Complaint,
                "vacation" => InboundKind.AutoReply,
                _ => InboundKind.Bounce,
            };
            kind.Count(mails.TrueForAll(mail => mail.Kind == expectedKind));
            if (expectedKind != InboundKind.Bounce)
            {
                continue;
            }

            recipients.Count(Fits([.. file], found));
            foreach (var (row, recipient) in Pairs([.. file], found).Where(pair => Reasons.ContainsKey(pair.Row[4])))
            {
                hard.Count(recipient?.Hard == (row[5] == "true"));
                reason.Count(recipient is not null && Reasons[row[4]].Contains(recipient.Reason));
            }
        }

        output.WriteLine($"kind {kind}, recipients {recipients}, hard {hard}, reason {reason}");
        Assert.True(kind.Percent >= 99 && recipients.Percent >= 98 && hard.Percent >= 97 && reason.Percent >= 98,
            $"kind {kind}, recipients {recipients}, hard {hard}, reason {reason}");
    }

    private static bool Fits(string[][] rows, ReportedRecipient[] found)
    {
        var addresses = found.Select(r => r.Address).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return rows.Length == found.Length && rows.All(row => row[7].Length == 0 || addresses.Contains(row[7]));
    }

    /// <summary>Which recipient is meant, the samples do not always say: then by what fits best.</summary>
    private static IEnumerable<(string[] Row, ReportedRecipient? Found)> Pairs(string[][] rows, ReportedRecipient[] found)
    {
        var left = found.ToList();
        foreach (var row in rows)
        {
            var match = left.Find(r => row[7].Equals(r.Address, StringComparison.OrdinalIgnoreCase)) ??
                left.Find(r => Reasons.TryGetValue(row[4], out var reasons) && reasons.Contains(r.Reason)) ??
                (left.Count > 0 ? left[0] : null);
            if (match is not null)
            {
                left.Remove(match);
            }

            yield return (row, match);
        }
    }

    private sealed class Share
    {
        private int total;

        private int correct;

        public double Percent => 100.0 * correct / total;

        public void Count(bool right)
        {
            total++;
            correct += right ? 1 : 0;
        }

        public override string ToString() => $"{correct} of {total} ({Percent:F1}%)";
    }
}
