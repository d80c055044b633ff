using TrendingMail.Inbound;
using TrendingMail.Inbound.Actions;
using TrendingMail.Inbound.Classification;
using TrendingMail.Messages.Dkim;
using TrendingMail.Tests.Inbound.Actions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound.DomainReports;

/// <summary>Processes reports on a domain of ours, as they come by mail.</summary>
public abstract class DomainReportTestBase : InboundHandlerTestBase
{
    protected const string Domain = "papers.example.org";

    protected const string Relay = "192.0.2.10";

    protected const string Forger = "203.0.113.77";

    protected DomainReportTestBase(DatabaseFixture fixture)
        : base(fixture)
    {
        Keys = [new DkimOptions { Domain = Domain, Selector = "s1" }];
        Options = new InboundOptions();
    }

    protected static byte[] Dmarc(
        string organization, string id, params (string Source, int Messages, bool Fails, string Selector)[] records) =>
        ReportMails.Attachment(ReportMails.Dmarc(organization, id, Domain, records), $"{id}!b!1!2.xml");

    protected static byte[] AuthenticatedReport(byte[] report) => ReportMails.Attachment(
        report, "g!b!1!2.xml",
        headers: "Authentication-Results: mx.papers.example.org; dkim=pass header.d=google.com\n");

    protected async Task<InboundResult> ProcessAsync(byte[] mail) =>
        await Handler.HandleAsync(Classifier.Classify(mail), "test", Stop);

    protected async Task<IReadOnlyList<(string Subject, string Text)>> ListAlertsAsync() =>
        [.. (await Database.ReadAsync(session => session.QueryAsync<(string, string)>(
            "SELECT subject, text FROM alerts ORDER BY id"), Stop))];
}
