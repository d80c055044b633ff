using TrendingMail.Inbound;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound.DomainReports;

/// <summary>Alerts to servers that send in the name of a domain of ours.</summary>
public abstract class UnknownSenderAlertTests(DatabaseFixture fixture) : DomainReportTestBase(fixture)
{
    [Fact]
    public async Task AnUnknownServerThatSendsInOurNameIsReportedOnce()
    {
        await ProcessAsync(Dmarc("google.com", "1", (Relay, 100, false, "s1"), (Forger, 8, true, "")));
        Assert.Empty(await ListAlertsAsync());

        await ProcessAsync(Dmarc("Yahoo", "2", (Relay, 100, false, "s1"), (Forger, 60, true, "")));
        await ProcessAsync(Dmarc("Yahoo", "3", (Forger, 60, true, "")));

        var (subject, text) = Assert.Single(await ListAlertsAsync());
        Assert.Equal("A server you do not know sends in the name of papers.example.org", subject);
        Assert.Contains("203.0.113.77 sent 68 messages from papers.example.org", text, StringComparison.Ordinal);
        Assert.Contains("according to Yahoo, google.com.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OurRelaysForwardersAndKnownSendersRaiseNoAlert()
    {
        Options = new InboundOptions { KnownSenders = ["198.51.100.0/24"] };
        await ProcessAsync(Dmarc("google.com", "1", (Relay, 5, false, "s1")));

        await ProcessAsync(Dmarc(
            "google.com", "2",
            (Relay, 500, true, ""), // It passed with our signature before.
            ("198.51.100.8", 500, true, ""),
            ("203.0.113.9", 500, true, "s1"))); // A forwarder broke our signature.

        Assert.Empty(await ListAlertsAsync());
    }

    [Fact]
    public async Task AForgedReportDoesNotMakeAServerKnown()
    {
        Options = new InboundOptions { AuthservId = "mx.papers.example.org" };
        await ProcessAsync(Dmarc("google.com", "1", (Forger, 1000, false, "s1")));

        await ProcessAsync(AuthenticatedReport(
            ReportMails.Dmarc("google.com", "2", Domain, [(Forger, 400, true, "")])));

        Assert.Contains("203.0.113.77", Assert.Single(await ListAlertsAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OldReportsRaiseNoAlert()
    {
        await ProcessAsync(ReportMails.Attachment(
            ReportMails.Dmarc("google.com", "1", Domain, [(Forger, 400, true, "")], Today.AddDays(-60)),
            "a!b!1!2.xml"));

        Assert.Empty(await ListAlertsAsync());
    }
}

public sealed class UnknownSenderAlertOnSqlite() : UnknownSenderAlertTests(new SqliteFixture());

public sealed class UnknownSenderAlertOnPostgreSql() : UnknownSenderAlertTests(new PostgreSqlFixture());
