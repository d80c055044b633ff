using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Seeds;

namespace TrendingMail.Tests.Diagnostics.Seeds;

public sealed class SeedsCheckTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void AnInboxIsGoodAndShowsWhatTheProviderFound()
    {
        var finding = Judge(SeedMessages.Found(Morning, Placement.Inbox, minutes: 2));

        Assert.Equal(
            (Verdict.Good, "Example Mail", "The daily digest of 2026-11-23 arrived in the inbox after 2 minutes."),
            (finding.Verdict, finding.Subject, finding.Text));
        Assert.Equal(
            ["SPF pass, DKIM none, DMARC pass.", "mx.example.net; spf=pass; dmarc=pass"], finding.Evidence);
    }

    [Fact]
    public void TheSpamFolderIsBad()
    {
        var finding = Judge(SeedMessages.Found(Morning, Placement.Spam));

        Assert.Equal(
            (Verdict.Bad, "The daily digest of 2026-11-23 is in the spam folder Junk."),
            (finding.Verdict, finding.Text));
        Assert.Contains("doctor --online", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void AMessageThatDidNotArriveIsBad()
    {
        Assert.Equal(Verdict.Bad, Judge(SeedMessages.Sent(Morning) with { Placement = Placement.Missing }).Verdict);
        Assert.Equal(
            "The daily digest of 2026-11-23 did not arrive: 550 5.7.1 blocked.",
            Judge(SeedMessages.Sent(Morning) with
            {
                State = DeliveryState.Failed,
                Placement = Placement.Missing,
                Detail = "550 5.7.1 blocked",
            }).Text);
    }

    [Fact]
    public void ASlowArrivalIsAWarning()
    {
        Assert.Equal(Verdict.Good, Judge(SeedMessages.Found(Morning, Placement.Inbox, minutes: 15)).Verdict);
        Assert.Equal(Verdict.Warn, Judge(SeedMessages.Found(Morning, Placement.Inbox, minutes: 15.5)).Verdict);
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("none")]
    [InlineData(null)]
    public void DmarcThatDoesNotPassIsAWarning(string? dmarc) => Assert.Equal(
        Verdict.Warn, Judge(SeedMessages.Found(Morning, Placement.Inbox, dmarc: dmarc)).Verdict);

    [Fact]
    public void AHostThatAddsNoResultsIsNoReasonToWarn() => Assert.Equal(
        Verdict.Good,
        Judge(SeedMessages.Found(Morning, Placement.Inbox, dmarc: null) with { AuthenticationResults = null }).Verdict);

    [Fact]
    public void AnotherFolderIsAWarning()
    {
        var finding = Judge(SeedMessages.Found(Morning, Placement.Other));

        Assert.Equal(Verdict.Warn, finding.Verdict);
        Assert.Contains("in the folder Papers", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AMailboxThatCannotBeReadIsUnknownWithTheReason()
    {
        var finding = Judge(SeedMessages.Sent(Morning) with
        {
            Placement = Placement.Unknown,
            Detail = "imap.mail.example rejected the login",
        });

        Assert.Equal(Verdict.Unknown, finding.Verdict);
        Assert.Contains("imap.mail.example rejected the login", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void BeforeTheFirstDigestNothingIsKnown() => Assert.Equal(Verdict.Unknown, Judge(null).Verdict);

    [Fact]
    public void AnAlertNamesTheDigestAndTheProviderAndHidesTheAddress()
    {
        var (subject, text) = SeedAlerts.Describe(SeedMessages.Found(Morning, Placement.Spam))!.Value;

        Assert.Equal("The daily digest of 2026-11-23 went to spam at Example Mail", subject);
        Assert.StartsWith(
            "The copy for the seed mailbox s…@mail.example arrived after a minute and is in the folder Junk. SPF pass,",
            text, StringComparison.Ordinal);
        Assert.DoesNotContain("seed@", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.4, "within a minute")]
    [InlineData(1, "after a minute")]
    [InlineData(2.52, "after 2.5 minutes")]
    public void TheTimeOfAnArrivalIsReadable(double minutes, string expected) => Assert.Equal(
        expected, SeedAlerts.FormatArrival(SeedMessages.Found(Morning, Placement.Inbox, minutes)));

    [Theory]
    [InlineData(Placement.Inbox)]
    [InlineData(Placement.Other)]
    [InlineData(Placement.Unknown)]
    public void OtherResultsRaiseNoAlert(Placement placement) =>
        Assert.Null(SeedAlerts.Describe(SeedMessages.Found(Morning, placement)));

    private static Finding Judge(SeedMessage? message) => SeedsCheck.Judge("Example Mail", message);
}
