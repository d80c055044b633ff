using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Mailboxes;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Inbound.Classification;

/// <summary>A false positive costs a subscriber, so none of these messages may be classified as a bounce.</summary>
public sealed class OrdinaryMailTests(ITestOutputHelper output)
{
    [Fact]
    public void OrdinaryMailIsNotClassifiedAsBounceComplaintOrRequest()
    {
        var mails = OrdinaryMails.All()
            .Select(m => (m.Name, m.IsAutoReply, Classifier.Classify(m.Mail).Kind)).ToArray();

        output.WriteLine(
            $"{mails.Length} ordinary " +
                $"messages: {string.Join(", ", mails.CountBy(m => m.Kind).Select(c => $"{c.Value} {c.Key.ToColumn()}"))}");
        Assert.Empty(
            mails.Where(m => m.Kind is not (InboundKind.Other or InboundKind.AutoReply))
                .Select(m => $"{m.Kind}: {m.Name}"));
        Assert.Empty(mails.Where(m => m.IsAutoReply && m.Kind != InboundKind.AutoReply).Select(m => m.Name));

        // Auto-replies are discarded; mail from people must not be.
        Assert.Empty(mails.Where(m => !m.IsAutoReply && m.Kind == InboundKind.AutoReply).Select(m => m.Name));
    }

    /// <summary>The auto-replies among the real samples next to the repository.</summary>
    [Fact]
    public async Task RealAutoRepliesAreClassifiedAsAutoReplies()
    {
        if (Repository.Sample("bounces") is not { } folder)
        {
            Assert.Skip("The real samples are not available next to the repository.");
            return;
        }

        var names = File.ReadLines(Path.Combine(folder, "expected.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Where(f => f[4] == "vacation").Select(f => f[0]).Distinct();
        foreach (var name in names)
        {
            await foreach (var mail in MailFiles.ReadAsync(
                Path.Combine(folder, "mails", name), TestContext.Current.CancellationToken))
            {
                Assert.Equal((name, InboundKind.AutoReply), (name, Classifier.Classify(mail.Bytes).Kind));
            }
        }
    }
}
