using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.BulkSenders;
using TrendingMail.Messages;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.Tests.Diagnostics.BulkSenders;

public sealed class BulkSenderRuleTests
{
    private static readonly BulkSenderRule Rule = new("DKIM", "Gmail", "dns-dkim", "digest-dkim");

    [Fact]
    public void TheWorstFindingDecides()
    {
        var finding = Rule.Judge(Results(
            ("dns-dkim", Finding.Good("The record matches.")),
            ("digest-dkim", Finding.Bad("It does not verify.", "Fix"))));

        Assert.Equal((Verdict.Bad, "It does not verify.", "Fix"), (finding.Verdict, finding.Text, finding.Remedy));
        Assert.Equal(["Required by Gmail.", "dns-dkim: good", "digest-dkim: bad"], finding.Evidence);
    }

    [Fact]
    public void ACheckThatWasNotMadeLeavesTheRuleUnknown()
    {
        Assert.Equal(Verdict.Unknown, Rule.Judge(Results()).Verdict);
        Assert.Equal(Verdict.Unknown, Rule.Judge(Results(("digest-dkim", Finding.Good("It verifies.")))).Verdict);
        Assert.Equal(Verdict.Unknown, Rule.Judge(Results(
            ("dns-dkim", Finding.Unknown("Run with --online.")),
            ("digest-dkim", Finding.Good("It verifies.")))).Verdict);
    }

    [Theory]
    [InlineData("example.org", "bounces@example.org", Verdict.Good)]
    [InlineData("mail.example.org", "bounces@relay.example.com", Verdict.Good)]
    [InlineData(null, "bounces@mail.example.org", Verdict.Warn)]
    [InlineData("example.com", "bounces@example.com", Verdict.Bad)]
    public void FromMustBeAlignedWithTheSignatureOrTheReturnPath(string? signer, string bounces, Verdict verdict) =>
        Assert.Equal(verdict, AlignmentRule.Judge(new SenderOptions
        {
            From = "digest@example.org", BounceAddress = bounces,
            Dkim = signer is null ? [] : [new DkimOptions { Domain = signer }],
        }).Verdict);

    [Theory]
    [InlineData(0, 0, Verdict.Unknown)]
    [InlineData(10_000, 9, Verdict.Good)]
    [InlineData(10_000, 10, Verdict.Warn)]
    [InlineData(10_000, 30, Verdict.Bad)]
    [InlineData(100, 1, Verdict.Warn)]
    public void ComplaintsMustStayBelowATenthOfAPercent(long sent, long complaints, Verdict verdict) => Assert.Equal(
        verdict, RateRule.JudgeComplaints(new SendingState(sent, 0, complaints, 0)).Verdict);

    [Theory]
    [InlineData(10_000, 199, Verdict.Good)]
    [InlineData(10_000, 200, Verdict.Warn)]
    [InlineData(10_000, 500, Verdict.Bad)]
    public void BouncesMustStayLow(long sent, long bounces, Verdict verdict) => Assert.Equal(
        verdict, RateRule.JudgeBounces(new SendingState(sent, bounces, 0, 0)).Verdict);

    [Theory]
    [InlineData(0, true, Verdict.Good)]
    [InlineData(0, false, Verdict.Warn)]
    [InlineData(1, true, Verdict.Bad)]
    public void NobodyGetsDigestsAfterAnOptOut(long sent, bool readsMail, Verdict verdict) => Assert.Equal(
        verdict, OptOutRule.Judge(new SendingState(1000, 0, 0, sent), readsMail).Verdict);

    private static Dictionary<string, CheckResult> Results(params (string Name, Finding Finding)[] findings) =>
        findings.ToDictionary(
            found => found.Name, found => new CheckResult(new FakeCheck(found.Name), [found.Finding]));
}
