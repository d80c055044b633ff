using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Dns;
using TrendingMail.Diagnostics.Dns.Dmarc;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.Tests.Diagnostics.Dns;

public sealed class DmarcCheckTests
{
    private const string Strong = "TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("papers.example.org", "example.org", "_dmarc.example.org")]
    [InlineData("papers.example.org", "papers.example.org", "_dmarc.papers.example.org TXT v=DMARC1; p=none; psd=n",
        "_dmarc.example.org")]
    [InlineData("papers.bank.test", "papers.bank.test", "_dmarc.bank.test TXT v=DMARC1; p=reject; psd=y")]
    [InlineData("a.b.c.d.e.f.g.example.org", "example.org", "_dmarc.example.org", "_dmarc.c.d.e.f.g.example.org")]
    [InlineData("a.b.c.d.e.f.g.h.example.org", "a.b.c.d.e.f.g.h.example.org", "_dmarc.b.c.d.e.f.g.h.example.org")]
    [InlineData("papers.example.org", "papers.example.org")]
    public async Task TheOrganizationalDomainIsFoundByWalkingUp(string domain, string expected, params string[] records)
    {
        var dns = new FakeResolver(
            records.Select(line => line.Contains(' ', StringComparison.Ordinal) ? line : $"{line} {Strong}"));

        Assert.Equal(expected, (await new DmarcTreeWalk(dns).WalkAsync(domain, Stop)).OrganizationalDomain);
        Assert.True(dns.Queries.Count <= 9);
    }

    [Fact]
    public async Task ThePolicyOfAParentMayBeAnotherForSubdomains()
    {
        var findings = await CheckAsync(
            "papers.example.org", "_dmarc.example.org TXT v=DMARC1; p=reject; sp=none; rua=mailto:d@example.org");

        Assert.Equal(Verdict.Warn, findings[0].Verdict);
        Assert.Contains("_dmarc.example.org. IN TXT \"v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@example.org\"",
            findings[0].Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "example.org", "", Verdict.Good)]
    [InlineData("bounces@bounces.example.org", "example.org", "", Verdict.Good)]
    [InlineData("bounces@bounces.example.org", "example.org", "; aspf=s", Verdict.Warn)]
    [InlineData("bounces@provider.test", "example.org", "", Verdict.Warn)]
    [InlineData("bounces@provider.test", "provider.test", "", Verdict.Bad)]
    [InlineData("bounces@provider.test", "mail.example.org", "; adkim=s", Verdict.Bad)]
    [InlineData("", "provider.test", "", Verdict.Warn)]
    [InlineData("bounces@provider.test", null, "", Verdict.Bad)]
    public async Task SpfOrDkimMustBeAlignedWithFrom(string bounceAddress, string? signer, string tags, Verdict verdict)
    {
        var findings = await CheckAsync("example.org", $"_dmarc.example.org {Strong}{tags}", bounceAddress, signer);

        Assert.Contains(findings, finding => finding.Subject == "alignment" && finding.Verdict == verdict);
    }

    [Fact]
    public async Task NoRemedyUndoesAnother()
    {
        var findings = await CheckAsync(
            "example.org", "_dmarc.example.org TXT v=DMARC1; p=none; aspf=s", "bounces@bounces.example.org");

        Assert.Equal(["policy", "alignment", "reports"], findings.Select(finding => finding.Subject));
        Assert.All(findings, finding => Assert.Contains(
            "rua=mailto:bounces@bounces.example.org", finding.Remedy, StringComparison.Ordinal));
    }

    [Fact]
    public async Task NothingIsSaidIfAServerDoesNotAnswer()
    {
        var finding = Assert.Single(await CheckAsync("papers.example.org", "_dmarc.example.org FAIL"));

        Assert.Equal(Verdict.Unknown, finding.Verdict);
        Assert.Contains("SERVFAIL", finding.Text, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Finding>> CheckAsync(
        string domain, string record, string bounceAddress = "", string? signer = "example.org")
    {
        var mail = new MailOptions
        {
            From = $"digest@{domain}",
            BounceAddress = bounceAddress,
            Dkim = signer is null ? [] : [new DkimOptions { Domain = signer, Selector = "s1" }],
        };
        return await new DmarcCheck(new SenderIdentity(mail), mail, new FakeResolver(record)).RunAsync(Stop);
    }
}
