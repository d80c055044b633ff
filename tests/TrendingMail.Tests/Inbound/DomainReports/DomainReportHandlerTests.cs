using System.Diagnostics.Metrics;
using System.Text;
using TrendingMail.Inbound;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound.DomainReports;

public abstract class DomainReportHandlerTests(DatabaseFixture fixture) : DomainReportTestBase(fixture)
{
    [Fact]
    public async Task ReportsAreSummedByDaySourceAndDomain()
    {
        foreach (var sample in (string[])["google", "microsoft", "yahoo", "mailru", "fastmail", "amazonses", "comcast"])
        {
            var result = await ProcessAsync(ReportMails.Attachment(
                ReportMails.Gzip(ReportMails.Sample($"{sample}.xml")), $"{sample}!{Domain}!1!2.xml.gz"));
            Assert.Equal(
                (DomainReportStatus.Counted, false),
                (Assert.Single(result.DomainReports).Status, result.NeedsOperator));
        }

        var totals = await Overview.LoadAsync(30, Stop);

        Assert.Equal(
            (626, 571, 518, 46, 4, 0, 1),
            (totals.Dmarc.Messages, totals.Dmarc.DkimAligned, totals.Dmarc.SpfAligned, totals.Dmarc.Failed,
                totals.Dmarc.Forwarded, totals.Dmarc.Quarantined, totals.Dmarc.Rejected));
        Assert.Equal(
            [
                (Forger, 40, 40, 1, SourceStatus.Unknown),
                ("2001:db8::5", 3, 3, 1, SourceStatus.Forwarder),
                ("198.51.100.66", 2, 2, 1, SourceStatus.Unknown),
                ("203.0.113.9", 1, 1, 1, SourceStatus.Forwarder),
                (Relay, 575, 0, 6, SourceStatus.Known),
                ("2001:db8:10::25", 5, 0, 1, SourceStatus.Known),
            ],
            totals.Sources.Select(s => (s.Source, s.Messages, s.Failed, s.Organizations, s.Status)));
        Assert.Equal(
            (Today.AddDays(-1), Domain, 626L, 46L),
            Assert.Single(totals.Daily.Select(d => (d.Day, d.Domain, d.Messages, d.Failed))));
        Assert.Equal(
            (Today.AddDays(-1), Relay, Domain, 575L),
            totals.DailySources.Select(d => (d.Day, d.Source, d.Domain, d.Messages)).First());
        Assert.Equal(7, totals.Reporters.Count);
        Assert.Empty(totals.SetAside);
        Assert.Equal(0, (await Overview.LoadAsync(1, Stop)).Dmarc.Messages);
    }

    [Fact]
    public async Task TlsReportsAreSummedByDayOrganizationAndDomain()
    {
        foreach (var sample in (string[])["google-tls", "microsoft-tls", "mailru-tls", "postfix-tls"])
        {
            await ProcessAsync(ReportMails.Attachment(
                ReportMails.Gzip(ReportMails.Sample($"{sample}.json")), $"{sample}!{Domain}!1!2.json.gz",
                "application/tlsrpt+gzip"));
        }

        var totals = await Overview.LoadAsync(30, Stop);

        Assert.Equal(
            [
                ("University Example", Domain, "tlsa", 4, 3),
                ("Google Inc.", Domain, "sts", 31, 2),
                ("Mail.ru", Domain, "sts", 0, 1),
                ("Microsoft Corporation", Domain, "no-policy-found", 12, 0),
            ],
            totals.Tls.Select(tls => (tls.Organization, tls.Domain, tls.PolicyType, tls.Successful, tls.Failed)));
        Assert.Equal(
            [
                ("certificate-expired", "mx.papers.example.org", 2), ("sts-policy-fetch-error", "", 2),
                ("validation-failure", "mx.papers.example.org", 2), ("starttls-not-supported", "", 1),
            ],
            totals.TlsFailures.Select(failure => (failure.Result, failure.MailServer, failure.Sessions)));
    }

    [Fact]
    public async Task OtherDomainsInATlsReportAreLeftOut()
    {
        var document = Encoding.UTF8.GetString(ReportMails.Sample("postfix-tls.json"))
            .Replace("papers.example.org", "PAPERS", StringComparison.Ordinal)
            .Replace("unrelated.example", Domain, StringComparison.Ordinal);

        var mail = ReportMails.Attachment(Encoding.UTF8.GetBytes(document), "a!b!1!2.json");
        var outcome = Assert.Single((await ProcessAsync(mail)).DomainReports);

        Assert.Equal((Domain, 900L, 1),
            (outcome.Reading.Report!.Domain, outcome.Reading.Report.Total, outcome.Reading.Report.SkippedRecords));
        Assert.False((await ProcessAsync(mail)).NeedsOperator);
    }

    [Fact]
    public async Task TheSameReportCountsOnceHoweverItArrives()
    {
        var report = ReportMails.Dmarc("google.com", "4711", Domain, [(Relay, 10, false, "s1")]);
        var mail = ReportMails.Attachment(report, "a!b!1!2.xml");

        await ProcessAsync(mail);
        var again = await ProcessAsync(mail);
        var otherwise = await ProcessAsync(ReportMails.Attachment(ReportMails.Gzip(report), "a!b!1!2.xml.gz"));
        var otherId = await ProcessAsync(ReportMails.Attachment(
            ReportMails.Dmarc("google.com", "4712", Domain, [(Relay, 1, false, "s1")]), "a!b!1!2.xml"));

        Assert.Equal((false, false), (again.IsNew, again.NeedsOperator));
        Assert.Equal(DomainReportStatus.Duplicate, Assert.Single(otherwise.DomainReports).Status);
        Assert.Equal(DomainReportStatus.Counted, Assert.Single(otherId.DomainReports).Status);
        Assert.Equal(11, (await Overview.LoadAsync(30, Stop)).Dmarc.Messages);
    }

    [Fact]
    public async Task TwoNodesCountAReportOnce()
    {
        var report = ReportMails.Dmarc("google.com", "4711", Domain, [(Relay, 10, false, "s1")]);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => ProcessAsync(
            ReportMails.Attachment(report, $"a!b!1!{i}.xml", from: $"{i}@google.com")))));

        Assert.Equal(10, (await Overview.LoadAsync(30, Stop)).Dmarc.Messages);
    }

    [Fact]
    public async Task AnAuthenticatedReportReplacesOneThatMayBeForged()
    {
        Options = new InboundOptions { AuthservId = "mx.papers.example.org" };
        await ProcessAsync(ReportMails.Attachment(
            ReportMails.Dmarc("google.com", "4711", Domain, [(Relay, 999, true, "")]), "a!b!1!2.xml"));

        await ProcessAsync(AuthenticatedReport(
            ReportMails.Dmarc("google.com", "4711", Domain, [(Relay, 10, false, "s1")])));
        await ProcessAsync(ReportMails.Attachment(
            ReportMails.Dmarc("google.com", "4711", Domain, [(Relay, 998, true, "")]), "a!b!1!3.xml"));

        var totals = await Overview.LoadAsync(30, Stop);
        Assert.Equal((10, 0), (totals.Dmarc.Messages, totals.Dmarc.Failed));
        Assert.Equal(("google.com", true), (totals.Reporters[0].SenderDomain, totals.Reporters[0].IsAuthenticated));
    }

    [Fact]
    public async Task WhatCannotBeCountedIsSetAsideWithItsReasonAndStaysInTheMailbox()
    {
        var foreign = ReportMails.Attachment(
            ReportMails.Dmarc("google.com", "1", "bank.example", []), "g!bank.example!1!2.xml");
        var hostile = ReportMails.Attachment(
            "<!DOCTYPE f [<!ENTITY a 'a'>]><feedback>&a;</feedback>"u8.ToArray(), "h!b!1!2.xml");

        Assert.True((await ProcessAsync(foreign)).NeedsOperator);
        Assert.True((await ProcessAsync(hostile)).NeedsOperator);
        Assert.True((await ProcessAsync(hostile)).NeedsOperator);
        Assert.False((await ProcessAsync(ReportMails.Attachment(
            ReportMails.Dmarc("google.com", "2", Domain, [(Relay, 3, false, "s1")]), "a!b!1!2.xml"))).NeedsOperator);

        var totals = await Overview.LoadAsync(30, Stop);
        Assert.Equal(3, totals.Dmarc.Messages);
        Assert.Equal(
            [
                ("g!bank.example!1!2.xml", "it is about bank.example, which is not a domain that we send from"),
                ("h!b!1!2.xml", "its XML is invalid: For security reasons DTD is prohibited in this XML document"),
            ],
            totals.SetAside.Select(report => (report.FileName, report.Problem)).Order());
    }

    [Fact]
    public async Task AReportThatWasSetAsideIsCountedOnceTheSettingsAreRight()
    {
        var mail = ReportMails.Attachment(
            ReportMails.Dmarc("google.com", "1", "lab.example", []), "g!lab.example!1!2.xml");
        await ProcessAsync(mail);
        await ProcessAsync(mail);
        Assert.Single((await Overview.LoadAsync(30, Stop)).SetAside);

        BounceAddress = "bounces@lab.example";
        var counted = await ProcessAsync(mail);
        var again = await ProcessAsync(mail);

        Assert.Equal((true, false), (counted.IsNew, counted.NeedsOperator));
        Assert.Equal(DomainReportStatus.Counted, Assert.Single(counted.DomainReports).Status);
        Assert.Equal((false, false, 0), (again.IsNew, again.NeedsOperator, again.DomainReports.Count));
    }

    [Fact]
    public async Task ReportsAboveTheDailyLimitAreSetAside()
    {
        await Database.WriteAsync(async session =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                await session.ExecuteAsync("""
                    INSERT INTO domain_reports (
                        kind, organization, report_id, domain, day, begin_at, end_at, received_at, sender_domain,
                        is_authenticated, total, skipped_records)
                    VALUES ('dmarc', 'flood.example', @id, 'papers.example.org', '2026-11-22', 0, 0, @now, '', @no, 0, 0)
                    """, new { id = $"{i}", now = Clock.GetUtcNow(), no = false });
            }
        }, Stop);
        var report = ReportMails.Dmarc("google.com", "1", Domain, [(Relay, 3, false, "s1")]);

        var rejected = await ProcessAsync(ReportMails.Attachment(report, "a!b!1!2.xml"));
        Clock.Advance(TimeSpan.FromDays(1.1));
        var accepted = await ProcessAsync(ReportMails.Attachment(report, "a!b!1!3.xml", from: "x@google.com"));

        Assert.Contains("more reports came", Assert.Single(rejected.DomainReports).Problem, StringComparison.Ordinal);
        Assert.Equal(DomainReportStatus.Counted, Assert.Single(accepted.DomainReports).Status);
    }

    [Fact]
    public async Task ReportsNeverChangeASubscriber()
    {
        await AddSubscriberWithDeliveryAsync();
        var before = await SnapshotAsync();

        await ProcessAsync(Dmarc("google.com", "1", (Relay, 1, false, "s1")));
        await ProcessAsync(ReportMails.Attachment(ReportMails.Sample("google-tls.json"), "a!b!1!2.json"));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task WhatReportsCountIsAMetric()
    {
        var isOurs = new AsyncLocal<bool> { Value = true };
        var recorded = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == DomainReportMeter.Name)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (isOurs.Value)
            {
                recorded.Add(string.Join(' ',
                    [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"), $"{value}"]));
            }
        });
        listener.Start();

        await ProcessAsync(Dmarc("google.com", "1", (Relay, 12, false, "s1"), (Forger, 3, true, "")));
        await ProcessAsync(ReportMails.Attachment(ReportMails.Sample("google-tls.json"), "a!b!1!2.json"));
        await ProcessAsync(ReportMails.Attachment([1], "a!b!1!2.xml"));
        await HandleAsync(Complaint("X-Nothing: here", "abuse"));

        Assert.Equal(
            [
                "trendingmail.domain_reports kind=dmarc status=counted 1",
                "trendingmail.dmarc.messages dkim=pass spf=fail 12", "trendingmail.dmarc.messages dkim=fail spf=fail 3",
                "trendingmail.domain_reports kind=tls status=counted 1",
                "trendingmail.tls.sessions result=successful 31", "trendingmail.tls.sessions result=failed 2",
                "trendingmail.domain_reports kind=unreadable status=set_aside 1", "trendingmail.complaints 1",
            ],
            recorded);
    }
}

public sealed class DomainReportHandlerOnSqlite() : DomainReportHandlerTests(new SqliteFixture());

public sealed class DomainReportHandlerOnPostgreSql() : DomainReportHandlerTests(new PostgreSqlFixture());
