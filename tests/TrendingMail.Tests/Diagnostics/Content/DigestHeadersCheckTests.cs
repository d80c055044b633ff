using System.Text;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Content;

namespace TrendingMail.Tests.Diagnostics.Content;

public sealed class DigestHeadersCheckTests
{
    private const string Complete = """
        From: digest@papers.example.org
        To: ada@example.org
        Subject: Papers
        Date: Mon, 23 Nov 2026 08:00:00 +0000
        Message-ID: <daily-2026-11-23.1@papers.example.org>
        MIME-Version: 1.0
        List-Id: <digest.papers.example.org>
        List-Unsubscribe: <https://papers.example.org/unsubscribe/x>, <mailto:answers@papers.example.org>
        List-Unsubscribe-Post: List-Unsubscribe=One-Click

        Text
        """;

    [Fact]
    public async Task ACompleteHeaderIsGood() =>
        Assert.Equal(Verdict.Good, Assert.Single(await JudgeAsync(Complete)).Verdict);

    [Theory]
    [InlineData("List-Unsubscribe-Post: List-Unsubscribe=One-Click", "", "List-Unsubscribe-Post", Verdict.Bad)]
    [InlineData("<https://papers", "<http://papers", "List-Unsubscribe", Verdict.Bad)]
    [InlineData(", <mailto:answers@papers.example.org>", "", "List-Unsubscribe", Verdict.Warn)]
    [InlineData("List-Id: <digest.papers.example.org>", "", "List-Id", Verdict.Bad)]
    [InlineData("Subject: Papers", "Subject: Papers\nSubject: Again", "Subject", Verdict.Bad)]
    [InlineData(".1@papers.example.org>", ".1@localhost>", "Message-ID", Verdict.Bad)]
    [InlineData("Text", "T\u00e9xt", "Form", Verdict.Warn)]
    public async Task EachFaultIsNamed(string text, string fault, string subject, Verdict verdict)
    {
        var broken = Complete.Replace(text, fault, StringComparison.Ordinal);

        var finding = Assert.Single(await JudgeAsync(broken), finding => finding.Subject == subject);

        Assert.Equal(verdict, finding.Verdict);
        Assert.NotNull(finding.Remedy);
    }

    [Fact]
    public async Task ALineThatIsTooLongIsNamed() => Assert.Contains(
        await JudgeAsync(Complete + new string('x', 1000)), finding => finding.Verdict == Verdict.Bad);

    [Fact]
    public async Task WhileMailGoesToTheOutboxALocalIdentityIsNoMoreThanUnfinished()
    {
        var local = Complete.Replace(".1@papers.example.org>", ".1@localhost>", StringComparison.Ordinal);

        Assert.Equal(Verdict.Warn, Assert.Single(await JudgeAsync(local, TransportKind.Outbox)).Verdict);
    }

    private static async Task<IReadOnlyList<Finding>> JudgeAsync(
        string message, TransportKind transport = TransportKind.Smtp)
    {
        // An empty line of the header would end it.
        var lines = message.Split('\n');
        var end = Array.LastIndexOf(lines, "");
        var wire = string.Join("\r\n", [.. lines[..end].Where(line => line.Length > 0), .. lines[end..]]);
        return DigestHeadersCheck.Judge(await ComposedDigest.ParseAsync(
            Encoding.UTF8.GetBytes(wire), TestContext.Current.CancellationToken), transport);
    }
}
