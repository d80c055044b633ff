using TrendingMail.Delivery;
using TrendingMail.Inbound;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.Inbound.DomainReports.Senders;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.Tests.Inbound.DomainReports;

/// <summary>The decisions about reports, which are pure functions.</summary>
public sealed class ReportDecisionTests
{
    private const string Domain = "papers.example.org";

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static readonly OwnDomains Own = new(new MailOptions
    {
        From = $"digest@{Domain}",
        Dkim = [new DkimOptions { Domain = Domain, Selector = "s1" }],
    });

    [Theory]
    [InlineData("papers.example.org", true)]
    [InlineData("example.org", true)]
    [InlineData("mx.papers.example.org", true)]
    [InlineData("shop.example.org", false)]
    [InlineData("notexample.org", false)]
    [InlineData("org", false)]
    public void ADomainIsOursIfItIsTheSendersOrAboveOrBelowIt(string domain, bool isOurs) =>
        Assert.Equal(isOurs, Own.Contains(domain));

    [Fact]
    public void AReportIsCountedOnlyForOurDomainsAndARecentPeriod()
    {
        var report = Report(Now.AddDays(-1), Now);

        Assert.Null(FindProblem(report));
        Assert.Contains("not a domain that we send from", FindProblem(report with { Domain = "bank.example" }),
            StringComparison.Ordinal);
        Assert.Contains("the future", FindProblem(Report(Now.AddDays(6), Now.AddDays(7))), StringComparison.Ordinal);
        Assert.Contains(
            "older than reports are kept", FindProblem(Report(Now.AddDays(-402), Now.AddDays(-401))),
            StringComparison.Ordinal);
        Assert.Contains("more than 32 days", FindProblem(Report(Now.AddDays(-40), Now)), StringComparison.Ordinal);
    }

    [Fact]
    public void AReportCountsForTheDayOfMostOfItsPeriod()
    {
        var moscow = new DateTimeOffset(2026, 11, 21, 21, 0, 0, TimeSpan.Zero);

        Assert.Equal(new DateOnly(2026, 11, 22), Report(moscow, moscow.AddDays(1)).Day);
    }

    [Fact]
    public void AMessageIsOursIfASignatureWithAKeyOfOursIsValid()
    {
        Assert.Equal(MessageOrigin.OwnSignature, FindOrigin(dkim: true, Signature("s1", true)));
        Assert.Equal(MessageOrigin.OwnSignature, FindOrigin(dkim: true, Signature("", true)));
        Assert.Equal(MessageOrigin.Other, FindOrigin(dkim: true, Signature("office", true)));
    }

    [Fact]
    public void AMessageWasForwardedIfItsSignatureIsBrokenOrTheReceiverSaysSo()
    {
        Assert.Equal(MessageOrigin.Forwarded, FindOrigin(dkim: false, Signature("s1", false)));
        Assert.Equal(MessageOrigin.Forwarded, DmarcResult.FindOrigin(
            Record("192.0.2.1", dkim: false) with { WasForwarded = true }, Own));
        Assert.Equal(MessageOrigin.Other, FindOrigin(dkim: false, Signature("office", false)));
        Assert.Equal(MessageOrigin.Other, FindOrigin(dkim: false));
    }

    [Fact]
    public void TheSourcesWithFewMessagesAreSummedUpTogether()
    {
        var records = Enumerable.Range(0, 10_000)
            .Select(i => Record($"198.51.{i / 256}.{i % 256}", dkim: false, messages: i == 7777 ? 50 : 1));

        var results = DmarcResult.Summarize(Report(Now, Now) with { Records = [.. records] }, Own);

        Assert.Equal(501, results.Count);
        Assert.Equal(("198.51.30.97", 50), (results[0].Source, results[0].Messages));
        Assert.Equal(("", 9_500), (results[^1].Source, results[^1].Messages));
        Assert.Equal(10_049, results.Sum(result => result.Messages));
    }

    [Theory]
    [InlineData(9, 9, false)] // Too few to say.
    [InlineData(14, 1_000, false)] // Two subscribers behind a forwarder.
    [InlineData(10, 100, true)] // A tenth of a small newsletter.
    [InlineData(25, 10_000, true)]
    [InlineData(25, 100_000, false)]
    [InlineData(100, 100_000, true)]
    [InlineData(1_000, 50_000_000, true)]
    public void AnUnknownSenderIsSuspiciousAboveANumberThatGrowsWithTheDomain(long failed, long all, bool expected) =>
        Assert.Equal(expected, UnknownSenderPolicy.IsSuspicious(
            new SourceTotals("203.0.113.77", failed, HasOwnSignature: false), all, new KnownSenders([])));

    [Theory]
    [InlineData("203.0.113.77")]
    [InlineData("203.0.113.0/24")]
    public void AKnownSenderIsNotSuspicious(string setting) => Assert.False(UnknownSenderPolicy.IsSuspicious(
        new SourceTotals("203.0.113.77", 1000, HasOwnSignature: false), 1000,
        new KnownSenders(["2001:db8::/32", setting])));

    [Fact]
    public void ASenderOfOurSignaturesIsNotSuspicious() => Assert.False(UnknownSenderPolicy.IsSuspicious(
        new SourceTotals("203.0.113.77", 1000, HasOwnSignature: true), 1000, new KnownSenders([])));

    [Fact]
    public void KnownSendersMustBeAddressesOrNetworks()
    {
        var options = new InboundOptions
        {
            KnownSenders = ["192.0.2.7", "198.51.100.0/24", "2001:db8::/32", "mail.example"],
        };

        Assert.Equal(
            "Inbound:KnownSenders has 'mail.example'; give addresses or networks such as 192.0.2.7 or 198.51.100.0/24.",
            Assert.Single(options.Validate()));
    }

    private static string? FindProblem(DomainReport report) => ReportAcceptance.FindProblem(report, Own, Now, 400);

    private static MessageOrigin FindOrigin(bool dkim, params DkimResult[] signatures) =>
        DmarcResult.FindOrigin(Record("192.0.2.1", dkim) with { Signatures = signatures }, Own);

    private static DkimResult Signature(string selector, bool passed) => new(Domain, selector, passed);

    private static DmarcRecord Record(string source, bool dkim, long messages = 1) =>
        new(source, Domain, DmarcDisposition.None, dkim, SpfAligned: false, WasForwarded: false, [], messages);

    private static DmarcReport Report(DateTimeOffset begin, DateTimeOffset end) => new()
    {
        Organization = "receiver.example",
        ReportId = "1",
        Domain = Domain,
        Begin = begin,
        End = end,
        Records = [],
    };
}
