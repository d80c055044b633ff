using TrendingMail.Inbound.Reports;
using TrendingMail.Inbound.Rules;

namespace TrendingMail.Tests.Inbound;

public sealed class RulesTests
{
    [Fact]
    public void NoRuleStandsBehindOneThatAlwaysDecidesBeforeIt()
    {
        var hidden = ReasonRules.All.Where((rule, i) => ReasonRules.All.Take(i).Any(earlier => earlier.Text == rule.Text));

        Assert.Empty(hidden.Select(rule => rule.Text));
    }

    [Fact]
    public void RulesAreInTheFormInWhichTextsAreRead() =>
        Assert.All(ReasonRules.All, rule => Assert.Equal(rule.Text, rule.Text.ToLowerInvariant().Trim()));

    [Theory]
    [InlineData("mailbox * full", "the mailbox of this user is full", true)]
    [InlineData("mailbox * full", "full mailbox", false)]
    [InlineData("mailbox * full", "mailbox mailbox is full", true)]
    [InlineData("a * c", "a b", false)]
    public void AStarStandsForAFewWords(string phrase, string text, bool found) => Assert.Equal(found, new Phrase(phrase).IsIn(text));

    [Fact]
    public void AStarReachesNotFarther() =>
        Assert.False(new Phrase("mailbox * full").IsIn($"mailbox {new string('x', 100)} full"));

    [Theory]
    [InlineData("550-5.1.1 The account\n550 5.1.1 does not exist", "the account does not exist", "5.1.1", 550)]
    [InlineData("Sorry, no mailbox here by that name. (#5.1.1)", "sorry, no mailbox here by that name.", "5.1.1", null)]
    [InlineData("550 5.0.0 <a@b.example>: no (5.7.1)", "@ no", "5.7.1", 550)]
    [InlineData("host 192.0.2.5 at 5:30", "host 192.0.2.5 at 5:30", null, null)]
    [InlineData("421-busy 4.7.0", "busy", "4.7.0", 421)]
    public void CodesAreTakenOutOfWords(string text, string words, string? status, int? reply) =>
        Assert.Equal(new ServerWords(words, status, reply), ServerWords.Of(text));
}
