using TrendingMail.Inbound.Classification;

namespace TrendingMail.Tests.Inbound.Classification.Reports;

/// <summary>
/// Measures the share of real bounces and documented replies that are judged correctly, if the samples are available
/// next to the repository. The thresholds are slightly below the figures in docs/deliverability.md.
/// </summary>
public sealed class BounceSamplesTests(ITestOutputHelper output)
{
    [Fact]
    public async Task RealBouncesAreClassified()
    {
        if (Repository.Sample("bounces") is not { } folder)
        {
            Assert.Skip("The real bounces are not available next to the repository.");
            return;
        }

        var (kind, recipients, hard, reason) = (new Accuracy(), new Accuracy(), new Accuracy(), new Accuracy());
        var falseHards = 0;
        foreach (var sample in await BounceSamples.ReadMailsAsync(folder, TestContext.Current.CancellationToken))
        {
            var messages = sample.Classify();
            kind.Add(messages.All(message => message.Kind == sample.Kind));
            if (sample.Kind != InboundKind.Bounce)
            {
                continue;
            }

            recipients.Add(sample.AreRecipientsRight(messages));
            foreach (var verdict in sample.Judge(messages).Where(j => j.Expected.IsHard is not null))
            {
                hard.Add(verdict.IsHardRight);
                reason.Add(verdict.IsReasonRight);
                falseHards += verdict.IsFalseHard ? 1 : 0;
            }
        }

        output.WriteLine($"kind {kind}, recipients {recipients}, hard {hard} ({falseHards} false), reason {reason}");
        Assert.True(kind.Percent >= 99 && recipients.Percent >= 98 && hard.Percent >= 96.6 && reason.Percent >= 95,
            $"kind {kind}, recipients {recipients}, hard {hard}, reason {reason}");
        Assert.InRange(falseHards, 0, 6);
    }

    [Fact]
    public void DocumentedRepliesAreJudged()
    {
        if (Repository.Sample("replies", "replies.tsv") is not { } file)
        {
            Assert.Skip("The documented replies are not available next to the repository.");
            return;
        }

        var (hard, reason, falseHards) = (new Accuracy(), new Accuracy(), 0);
        foreach (var sample in BounceSamples.ReadReplies(file))
        {
            var verdict = Assert.Single(sample.Judge(sample.Classify()));
            hard.Add(verdict.IsHardRight);
            reason.Add(verdict.IsReasonRight);
            falseHards += verdict.IsFalseHard ? 1 : 0;
        }

        output.WriteLine($"hard {hard} ({falseHards} false), reason {reason}");
        Assert.True(hard.Percent >= 99 && reason.Percent >= 92 && falseHards <= 3, $"hard {hard}, reason {reason}");
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
