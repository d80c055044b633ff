using System.Text;
using MimeKit;
using TrendingMail.Inbound.Classification;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Inbound.Classification;

public sealed class ClassifierTests
{
    private static readonly string Folder = Path.Combine(Repository.Tests, "Inbound", "Mails");

    private static readonly ILookup<string, string[]> Expected = File.ReadLines(Path.Combine(Folder, "expected.tsv"))
        .Where(line => line[0] != '#').Select(line => line.Split('\t')).ToLookup(f => f[0]);

    public static TheoryData<string> Mails => [.. Directory.EnumerateFiles(Folder, "*.eml")
        .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Mails))]
    public void MessageIsClassifiedAsExpected(string name)
    {
        var result = Classifier.Classify(Read(name));

        var rows = Expected[name].ToArray();
        Assert.Equal(rows[0][1], result.Kind.ToColumn());
        Assert.Equal(
            rows.Where(f => f.Length > 2).Select(f => string.Join(' ', f[2..])),
            result.Recipients.Select(r =>
                $"{r.Address} {r.Action.ToColumn()} {r.Status ?? "-"} {r.Reason.ToColumn()} {(r.Hard ? "true" : "false")}"));
    }

    /// <summary>
    /// Our own mail mentions unsubscribing, and may mention bounces; a reply to it or a forward is from a person.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("Fwd: ")]
    public void RepliesToOwnMessagesAreNotBouncesOrRequests(string prefix)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Tests, "Golden"), "*.eml"))
        {
            using var own = MimeMessage.Load(file, TestContext.Current.CancellationToken);
            Assert.Equal(InboundKind.Other, Classifier.Classify(File.ReadAllBytes(file)).Kind);
            var answer = Encoding.UTF8.GetBytes($"""
                From: Ada Lund <ada.lund@shop.example>
                To: answers@papers.example.org
                Subject: {prefix}Re: {own.Subject}
                In-Reply-To: <{own.MessageId}>

                Thank you for this one.

                > {own.TextBody?.ReplaceLineEndings("\n> ")}
                """);
            Assert.Equal(InboundKind.Other, Classifier.Classify(answer).Kind);
        }
    }

    [Fact]
    public void EveryMessageHasAnExpectationAndViceVersa() =>
        Assert.Equal(Mails.Select(row => row.Data).Order(StringComparer.Ordinal),
            Expected.Select(g => g.Key).Order(StringComparer.Ordinal));

    [Fact]
    public void ReturnedMessageIsIdentified()
    {
        Assert.Equal("digest.41.1@papers.example", Classifier.Classify(Read("postfix-unknown")).Returned.MessageId);
        var complaint = Classifier.Classify(Read("complaint"));
        Assert.Equal("bounces+41-k1-0123456789ab@papers.example", complaint.Returned.ReturnPath);
        Assert.True(complaint.IsSubscriberComplaint);
        Assert.Equal(
            "bounces+41-k1-0123456789ab@papers.example", Classifier.Classify(Read("qmail")).Returned.ReturnPath);
    }

    [Fact]
    public void AuthenticationFailureReportIsNotASubscriberComplaint()
    {
        var report = Encoding.UTF8.GetString(Read("complaint"))
            .Replace("Feedback-Type: abuse", "Feedback-Type: auth-failure", StringComparison.Ordinal);

        var result = Classifier.Classify(Encoding.UTF8.GetBytes(report));

        Assert.Equal((InboundKind.Complaint, false), (result.Kind, result.IsSubscriberComplaint));
    }

    [Fact]
    public void DiagnosticTextIsPreserved() =>
        Assert.Equal(
            "550 5.1.1 <ada.lund@shop.example>: Recipient address rejected: User unknown in relay recipient table",
            Assert.Single(Classifier.Classify(Read("postfix-unknown")).Recipients).Diagnostic);

    private static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, $"{name}.eml"));
}
