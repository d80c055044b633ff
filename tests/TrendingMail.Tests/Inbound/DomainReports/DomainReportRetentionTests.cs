using TrendingMail.Inbound;
using TrendingMail.Inbound.Actions;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.Tests.Inbound.Actions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound.DomainReports;

public abstract class DomainReportRetentionTests(DatabaseFixture fixture) : InboundHandlerTestBase(fixture)
{
    private static readonly string[] Tables =
        ["domain_reports", "dmarc_results", "tls_results", "reports_set_aside", "complaint_counts"];

    [Fact]
    public async Task ReportsAndCountsOlderThanReportRetentionDaysAreDeleted()
    {
        await AddAllAsync("old", Today.AddDays(-1));
        Clock.Advance(TimeSpan.FromDays(300));
        await AddAllAsync("new", Today.AddDays(299));
        Clock.Advance(TimeSpan.FromDays(102));

        var deleted = await new DomainReportRetention(Database, new InboundOptions(), Clock).DeleteExpiredAsync(Stop);

        Assert.Equal(4, deleted);
        foreach (var table in Tables)
        {
            Assert.Equal((table, table == "domain_reports" ? 2L : 1L), (table, await CountAsync(table)));
        }
    }

    private async Task AddAllAsync(string id, DateOnly day)
    {
        var from = $"{id}@receiver.example";
        await ProcessAsync(ReportMails.Attachment(
            ReportMails.Dmarc("receiver", id, "papers.example.org", [("192.0.2.1", 1, false, "s1")], day),
            "a!b!1!2.xml", from: from));
        await ProcessAsync(ReportMails.Attachment(System.Text.Encoding.ASCII.GetBytes($$$"""
            {"organization-name": "receiver", "report-id": "{{{id}}}",
             "date-range": {"start-datetime": "{{{day:yyyy-MM-dd}}}T00:00:00Z", "end-datetime": "{{{day:yyyy-MM-dd}}}T23:59:59Z"},
             "policies": [{"policy": {"policy-domain": "papers.example.org", "policy-type": "sts"},
                           "summary": {"total-successful-session-count": 1}}]}
            """), "a!b!1!2.json", from: from));
        await ProcessAsync(ReportMails.Attachment([1, 2], "a!b!1!2.xml", from: from));
        await HandleAsync(
            Complaint("X-Nothing: here", "abuse").Replace("complaint@", $"{id}@", StringComparison.Ordinal));
    }

    private Task<InboundResult> ProcessAsync(byte[] mail) =>
        Handler.HandleAsync(Classifier.Classify(mail), "test", Stop);
}

public sealed class DomainReportRetentionOnSqlite() : DomainReportRetentionTests(new SqliteFixture());

public sealed class DomainReportRetentionOnPostgreSql() : DomainReportRetentionTests(new PostgreSqlFixture());
