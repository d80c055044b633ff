using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound.DomainReports;

/// <summary>Complaints and other feedback reports, counted beside the reports on the domain.</summary>
public abstract class ComplaintCountTests(DatabaseFixture fixture) : DomainReportTestBase(fixture)
{
    [Fact]
    public async Task ComplaintsAreCountedByDaySourceAndDomain()
    {
        await HandleAsync(Complaint("X-Nothing: here", "abuse"));
        await HandleAsync(
            Complaint("X-Nothing: here", "abuse").Replace("<complaint@", "<other@", StringComparison.Ordinal));
        await HandleAsync(AuthenticationFailure("papers.example.org"));
        await HandleAsync(AuthenticationFailure("bank.example"));

        Assert.Equal(
            [
                (Today, "mail.example", Domain, "abuse", 2), (Today, "receiver.example", "", "auth-failure", 1),
                (Today, "receiver.example", Domain, "auth-failure", 1),
            ],
            (await Overview.LoadAsync(1, Stop)).Complaints
                .Select(c => (c.Day, c.Source, c.Domain, c.Type, c.Complaints)));
    }

    [Fact]
    public async Task AReportOfAForgedMessageIsCountedAndNotLeftToTheOperator()
    {
        var result = await HandleAsync(AuthenticationFailure("papers.example.org"));

        Assert.False(result.NeedsOperator);
        Assert.Empty(await ListAlertsAsync());
    }

    private static string AuthenticationFailure(string domain) => $"""
        From: dmarc@receiver.example
        To: ruf@papers.example.org
        Subject: DMARC failure report for {domain}
        Message-ID: <{domain}@receiver.example>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary=cut

        --cut
        Content-Type: text/plain

        This is an authentication failure report.

        --cut
        Content-Type: message/feedback-report

        Feedback-Type: auth-failure
        Version: 1
        User-Agent: Receiver/1.0
        Auth-Failure: dmarc
        Identity-Alignment: none
        Reported-Domain: {domain}
        Source-IP: 203.0.113.77

        --cut
        Content-Type: text/rfc822-headers

        From: digest@{domain}
        To: ada@receiver.example
        Subject: Urgent

        --cut--
        """;
}

public sealed class ComplaintCountOnSqlite() : ComplaintCountTests(new SqliteFixture());

public sealed class ComplaintCountOnPostgreSql() : ComplaintCountTests(new PostgreSqlFixture());
