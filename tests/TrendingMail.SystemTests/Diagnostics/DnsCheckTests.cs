using TrendingMail.Diagnostics;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>The checks of DNS against a real name server whose zones are good, or broken in one way each.</summary>
public sealed class DnsCheckTests(DnsZones zones) : IClassFixture<DnsZones>
{
    public static TheoryData<string> Names => [.. DnsScenarios.Create("").Keys];

    public static TheoryData<string> Curable => [.. DnsScenarios.Create("").Values
        .Where(scenario => scenario.Verdict is Verdict.Bad or Verdict.Warn && scenario.IsCuredByRecords)
        .Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task EachFaultIsFoundWithTheRecordThatCuresIt(string name)
    {
        var scenario = zones.Scenarios[name];

        var findings = await zones.CheckAsync(scenario);

        Assert.True(
            findings.Any(finding => finding.Verdict == scenario.Verdict &&
                (finding.Remedy ?? "").Contains(scenario.ExpectedRemedy, StringComparison.Ordinal)),
            $"Expected {scenario.Verdict} with {scenario.ExpectedRemedy}\n{string.Join('\n', findings)}");
        Assert.All(findings, finding => Assert.True(finding.Verdict <= scenario.Verdict, finding.ToString()));
    }

    [Theory]
    [MemberData(nameof(Curable))]
    public async Task PublishingTheRemedyMakesTheFindingGoAway(string name)
    {
        var scenario = zones.Scenarios[name];
        var before = (await zones.CheckAsync(scenario)).Where(finding => finding.Verdict != Verdict.Good);

        var after = await zones.CheckCuredAsync(scenario);

        Assert.Empty(after.Select(finding => finding.Text).Intersect(before.Select(finding => finding.Text)));
        Assert.All(after, finding => Assert.NotEqual(Verdict.Bad, finding.Verdict));
    }
}
