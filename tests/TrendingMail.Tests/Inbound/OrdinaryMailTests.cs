using TrendingMail.Inbound;
using TrendingMail.Inbound.Sources;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Inbound;

/// <summary>A bounce that is none costs a reader; so none of these may be taken for one.</summary>
public sealed class OrdinaryMailTests(ITestOutputHelper output)
{
    [Fact]
    public void OrdinaryMailIsNeitherBounceNorComplaintNorWish()
    {
        var mails = OrdinaryMails.All().Select(m => (m.Name, m.IsAutoReply, Classifier.Classify(m.Mail).Kind)).ToArray();

        output.WriteLine($"{mails.Length} ordinary mails: {string.Join(", ", mails.CountBy(m => m.Kind).Select(c => $"{c.Value} {c.Key.ToColumn()}"))}");
        Assert.Empty(mails.Where(m => m.Kind is not (InboundKind.Other or InboundKind.AutoReply)).Select(m => $"{m.Kind}: {m.Name}"));
        Assert.Empty(mails.Where(m => m.IsAutoReply && m.Kind != InboundKind.AutoReply).Select(m => m.Name));

        // An auto-reply is thrown away; what a person writes is not.
        Assert.Empty(mails.Where(m => !m.IsAutoReply && m.Kind == InboundKind.AutoReply).Select(m => m.Name));
    }

    /// <summary>The auto-replies among the real mails that lie beside the repository.</summary>
    [Fact]
    public async Task RealAutoRepliesAreNoBounces()
    {
        if (Repository.Sample("bounces") is not { } folder)
        {
            Assert.Skip("The real mails do not lie beside the repository.");
            return;
        }

        var names = File.ReadLines(Path.Combine(folder, "expected.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Where(f => f[4] == "vacation").Select(f => f[0]).Distinct();
        foreach (var name in names)
        {
            await foreach (var mail in MailFiles.ReadAsync(Path.Combine(folder, "mails", name), TestContext.Current.CancellationToken))
            {
                Assert.Equal((name, InboundKind.AutoReply), (name, Classifier.Classify(mail.Bytes).Kind));
            }
        }
    }
}
