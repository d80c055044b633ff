using System.Net;
using TrendingMail.Diagnostics.Dns.Spf;

namespace TrendingMail.Tests.Diagnostics.Dns.Spf;

public sealed class SpfEvaluatorTests
{
    private static readonly string[] World =
    [
        "example.org A 192.0.2.10", "example.org AAAA 2001:db8::10", "example.org MX 10 mx1.example.org",
        "example.org MX 20 mx2.example.org", "mx1.example.org A 192.0.2.21", "mx2.example.org A 192.0.2.22",
        "192.0.2.30 PTR host.example.org", "host.example.org A 192.0.2.30", "192.0.2.31 PTR forged.example.org",
        "pass.test TXT v=spf1 ip4:198.51.100.0/24 -all", "neutral.test TXT v=spf1 ?all",
        "invalid.test TXT v=spf1 ip4:300.0.0.1 -all", "two.test TXT v=spf1 -all", "two.test TXT v=spf1 ~all",
        "nothing.test TXT unrelated", "down.test FAIL", "192.0.2.40.sender.example.org.listed.test A 127.0.0.2",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ip4:192.0.2.1 -all", "192.0.2.1", "Pass")]
    [InlineData("ip4:192.0.2.1 -all", "192.0.2.2", "Fail")]
    [InlineData("ip4:192.0.2.1 ~all", "192.0.2.2", "SoftFail")]
    [InlineData("ip4:192.0.2.1 ?all", "192.0.2.2", "Neutral")]
    [InlineData("ip4:192.0.2.1", "192.0.2.2", "Neutral")]
    [InlineData("-ip4:192.0.2.1 +all", "192.0.2.1", "Fail")]
    [InlineData("ip4:192.0.2.128/25 -all", "192.0.2.200", "Pass")]
    [InlineData("ip4:192.0.2.128/25 -all", "192.0.2.127", "Fail")]
    [InlineData("ip4:0.0.0.0/0 -all", "203.0.113.9", "Pass")]
    [InlineData("ip4:0.0.0.0/0 -all", "2001:db8::1", "Fail")]
    [InlineData("ip6:2001:db8::/33 -all", "2001:db8:7fff::1", "Pass")]
    [InlineData("ip6:2001:db8::/33 -all", "2001:db8:8000::1", "Fail")]
    [InlineData("a -all", "192.0.2.10", "Pass")]
    [InlineData("a -all", "2001:db8::10", "Pass")]
    [InlineData("a/24 -all", "192.0.2.99", "Pass")]
    [InlineData("a//64 -all", "2001:db8::ffff", "Pass")]
    [InlineData("a//64 -all", "192.0.2.11", "Fail")]
    [InlineData("a:mx1.example.org -all", "192.0.2.21", "Pass")]
    [InlineData("mx -all", "192.0.2.22", "Pass")]
    [InlineData("mx -all", "192.0.2.10", "Fail")]
    [InlineData("ptr -all", "192.0.2.30", "Pass")]
    [InlineData("ptr:other.test -all", "192.0.2.30", "Fail")]
    [InlineData("ptr -all", "192.0.2.31", "Fail")]
    [InlineData("exists:%{i}.sender.%{d}.listed.test -all", "192.0.2.40", "Pass")]
    [InlineData("exists:%{i}.sender.%{d}.listed.test -all", "192.0.2.41", "Fail")]
    [InlineData("include:pass.test -all", "198.51.100.7", "Pass")]
    [InlineData("include:pass.test ~all", "192.0.2.1", "SoftFail")]
    [InlineData("-include:pass.test +all", "198.51.100.7", "Fail")]
    [InlineData("include:neutral.test -all", "192.0.2.1", "Fail")]
    [InlineData("include:nothing.test -all", "192.0.2.1", "PermError")]
    [InlineData("include:absent.test -all", "192.0.2.1", "PermError")]
    [InlineData("include:invalid.test -all", "192.0.2.1", "PermError")]
    [InlineData("include:two.test -all", "192.0.2.1", "PermError")]
    [InlineData("include:down.test -all", "192.0.2.1", "TempError")]
    [InlineData("a:down.test -all", "192.0.2.1", "TempError")]
    [InlineData("redirect=pass.test", "198.51.100.7", "Pass")]
    [InlineData("redirect=pass.test", "192.0.2.1", "Fail")]
    [InlineData("redirect=pass.test ~all", "192.0.2.1", "SoftFail")]
    [InlineData("redirect=nothing.test", "192.0.2.1", "PermError")]
    [InlineData("a:absent1.test a:absent2.test -all", "192.0.2.1", "Fail")]
    [InlineData("a:absent1.test a:absent2.test mx:absent3.test -all", "192.0.2.1", "PermError")]
    [InlineData("include:example.org -all", "192.0.2.1", "PermError")]
    public async Task ARecordIsEvaluatedAsReceiversDo(string terms, string address, string expected)
    {
        var dns = new FakeResolver([.. World, $"example.org TXT v=spf1 {terms}"]);

        var outcome = await SpfEvaluator.CheckAsync(
            dns, new SpfQuestion(IPAddress.Parse(address), "sender@example.org", "mail.example.org"), Stop);

        Assert.Equal(expected, outcome.Result.ToString());
    }

    [Fact]
    public async Task TenLookupsAreAllowedAndElevenAreNot()
    {
        static string Record(int count) =>
            $"example.org TXT v=spf1 {string.Join(' ', Enumerable.Repeat("a", count))} ip4:192.0.2.77 -all";
        var question = new SpfQuestion(IPAddress.Parse("192.0.2.77"), "sender@example.org", "mail.example.org");

        var ten = await SpfEvaluator.CheckAsync(new FakeResolver([.. World, Record(10)]), question, Stop);
        var eleven = await SpfEvaluator.CheckAsync(new FakeResolver([.. World, Record(11)]), question, Stop);

        Assert.Equal((SpfResult.Pass, SpfResult.PermError), (ten.Result, eleven.Result));
    }

    [Fact]
    public async Task ASurveyCountsTheLookupsOfAllTermsAndIncludes()
    {
        var dns = new FakeResolver(
            [.. World, "example.org TXT v=spf1 ip4:192.0.2.1 include:more.test mx -all",
                "more.test TXT v=spf1 a:mx1.example.org exists:%{i}.listed.test -all"]);

        var survey = await SpfEvaluator.SurveyAsync(dns, "postmaster@example.org", Stop);

        Assert.Equal(
            ["include:more.test", "  a:mx1.example.org", "  exists:%{i}.listed.test", "mx"], survey.Lookups);
        Assert.Empty(survey.Problems);
        Assert.Empty(survey.VoidNames);
    }

    [Fact]
    public async Task ASurveyFindsEveryIncludeThatIsBroken()
    {
        var dns = new FakeResolver([.. World, "example.org TXT v=spf1 include:nothing.test include:two.test -all"]);

        var survey = await SpfEvaluator.SurveyAsync(dns, "postmaster@example.org", Stop);

        Assert.Equal(
            ["includes nothing.test, which has no SPF record", "two.test has 2 SPF records"], survey.Problems);
    }

    [Fact]
    public async Task ASurveyOfARecordThatIncludesItselfEnds()
    {
        var dns = new FakeResolver("example.org TXT v=spf1 include:example.org include:example.org -all");

        Assert.True((await SpfEvaluator.SurveyAsync(dns, "postmaster@example.org", Stop)).Lookups.Count > 10);
        Assert.True(dns.Queries.Count < 100);
    }
}
