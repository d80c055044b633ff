using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Content;

namespace TrendingMail.Tests.Diagnostics.Content;

public sealed class DigestSpamCheckTests
{
    private const string Report = """
        X-Spam-Status: {0}, score={1} required=5.0 tests=MISSING_DATE autolearn=no
        Content analysis details:   ({1} points, 5.0 required)

         pts rule name              description
        ---- ---------------------- --------------------------------------------------
         1.4 MISSING_DATE           Missing Date: header
        -0.0 NO_RELAYS              Informational: message was not relayed via SMTP
        """;

    [Theory]
    [InlineData("No", "0.0", Verdict.Good)]
    [InlineData("No", "-1.9", Verdict.Good)]
    [InlineData("No", "3.1", Verdict.Warn)]
    [InlineData("Yes", "14.2", Verdict.Bad)]
    public void TheScoreDecidesAndTheRulesAreNamed(string isSpam, string score, Verdict verdict)
    {
        var finding = DigestSpamCheck.Judge(Report.Replace("{0}", isSpam, StringComparison.Ordinal)
            .Replace("{1}", score, StringComparison.Ordinal));

        Assert.Equal(verdict, finding.Verdict);
        Assert.Equal(2, finding.Evidence.Count);
        Assert.StartsWith("1.4 MISSING_DATE", finding.Evidence[0], StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherOutputIsUnknown() => Assert.Equal(Verdict.Unknown, DigestSpamCheck.Judge("oops").Verdict);
}
