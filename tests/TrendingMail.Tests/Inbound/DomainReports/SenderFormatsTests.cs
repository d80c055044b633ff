using System.Text;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.DomainReports;

namespace TrendingMail.Tests.Inbound.DomainReports;

/// <summary>Reports in the formats of real senders, each with what is peculiar to it.</summary>
public sealed class SenderFormatsTests
{
    private const string Domain = "papers.example.org";

    private static readonly DateOnly Day = new(2026, 11, 22);

    [Fact]
    public void GoogleSendsNothingButAZipAndReportsTheOrganizationsDomain()
    {
        var report = ReadDmarc(ReportMails.Attachment(
            ReportMails.Zip(("google.com!example.org!1795305600!1795391999.xml", ReportMails.Sample("google.xml"))),
            "google.com!example.org!1795305600!1795391999.zip"));

        Assert.Equal(("google.com", "4711084711084711084", "example.org", Day, 415), Summary(report));
        Assert.Equal(
            [
                ("192.0.2.10", Domain, true, true, false, 412),
                ("2001:db8::5", Domain, false, false, true, 3),
            ],
            report.Records.Select(Row));
        Assert.Equal(
            [new DkimResult(Domain, "s1", true), new DkimResult("relay.example", "k7", true)],
            report.Records[0].Signatures);
    }

    [Fact]
    public void MicrosoftDeclaresUtf16AndSendsUtf8()
    {
        var report = ReadDmarc(ReportMails.Multipart(
            ReportMails.Gzip(ReportMails.Sample("microsoft.xml")),
            "enterprise.protection.outlook.com!papers.example.org!1795305600!1795392000.xml.gz", "application/gzip",
            "[Preview] Report Domain: papers.example.org Submitter: protection.outlook.com Report-ID: 0f1e"));

        Assert.Equal(("Enterprise Outlook", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", Domain, Day, 59), Summary(report));
        Assert.Equal(
            [("192.0.2.10", Domain, true, false, false, 57), ("198.51.100.66", Domain, false, false, false, 2)],
            report.Records.Select(Row));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Utf16IsReadWithAndWithoutAByteOrderMark(bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: true);
        var bytes = encoding.GetBytes(Encoding.UTF8.GetString(ReportMails.Sample("microsoft.xml")));

        foreach (var document in (byte[][])[bytes, [.. encoding.GetPreamble(), .. bytes]])
        {
            Assert.Equal(59, ReadDmarc(ReportMails.Attachment(
                ReportMails.Gzip(document), "outlook.com!papers.example.org!1!2.xml.gz")).Total);
        }
    }

    [Fact]
    public void YahooOmitsTheVersionAndSendsGzipAsOctetStream()
    {
        var report = ReadDmarc(ReportMails.Multipart(
            ReportMails.Gzip(ReportMails.Sample("yahoo.xml")),
            "yahoo.com!papers.example.org!1795305600!1795391999.xml.gz", "application/octet-stream",
            "Report Domain: papers.example.org Submitter: yahoo.com Report-ID: <1795395912.337712>"));

        Assert.Equal(("Yahoo", "1795395912.337712", Domain, Day, 128), Summary(report));
    }

    [Fact]
    public void MailRuPutsBlanksAroundValuesAndItsDaysBeginInMoscow()
    {
        var report = ReadDmarc(ReportMails.Multipart(
            ReportMails.Gzip(ReportMails.Sample("mailru.xml")),
            "mail.ru!papers.example.org!1795294800!1795381200.xml.gz", "application/gzip",
            "Report Domain: papers.example.org; Submitter: mail.ru; Report-ID: 12795864183150210119"));

        Assert.Equal(("Mail.Ru", "12795864183150210119 1795294800", Domain, Day, 7), Summary(report));
        Assert.Equal(("192.0.2.10", Domain, true, true, false, 7), Row(Assert.Single(report.Records)));
    }

    [Fact]
    public void FastmailUsesANamespaceIpv6AndSeveralSpfResults()
    {
        var report = ReadDmarc(ReportMails.Multipart(
            ReportMails.Gzip(ReportMails.Sample("fastmail.xml")),
            "fastmail.com!papers.example.org!1795305600!1795391999!628410233.xml.gz", "application/x-gzip",
            "Report Domain: papers.example.org Submitter: fastmail.com Report-ID: 628410233"));

        Assert.Equal(("Fastmail Pty Ltd", "628410233", Domain, Day, 6), Summary(report));
        Assert.Equal(
            [("2001:db8:10::25", Domain, true, false, false, 5), ("203.0.113.9", Domain, false, false, false, 1)],
            report.Records.Select(Row));
        Assert.Equal(DmarcDisposition.Reject, report.Records[1].Disposition);
        Assert.Equal(new DkimResult(Domain, "s1", false), Assert.Single(report.Records[1].Signatures));
    }

    [Fact]
    public void AmazonSesHasASubjectOfItsOwnAndReportsNoSelector()
    {
        var report = ReadDmarc(ReportMails.Attachment(
            ReportMails.Gzip(ReportMails.Sample("amazonses.xml")),
            "amazonses.com!papers.example.org!1795305600!1795392000.xml.gz", "application/gzip",
            "postmaster@amazonses.com",
            "Dmarc Aggregate Report Domain: {papers.example.org}  Submitter: {amazonses.com}  Date: {2026-11-22}"));

        Assert.Equal(("AMAZON-SES", "6d2c9c5e-8a3d-4f6f-9f0b-1c2d3e4f5a6b", Domain, Day, 2), Summary(report));
        Assert.Equal("", Assert.Single(Assert.Single(report.Records).Signatures).Selector);
    }

    [Fact]
    public void OpenDmarcOmitsResultsThatAreThenDerivedAndSaysIdentities()
    {
        var report = ReadDmarc(ReportMails.Multipart(
            ReportMails.Zip(
                ("comcast.net!papers.example.org!1795305600!1795391999.xml", ReportMails.Sample("comcast.xml"))),
            "comcast.net!papers.example.org!1795305600!1795391999.zip", "application/x-zip-compressed",
            "Report Domain: papers.example.org\n\tSubmitter: comcast.net\n\tReport-ID: " +
            "papers.example.org-1795305600@comcast.net"));

        Assert.Equal(("comcast.net", "papers.example.org-1795305600@comcast.net", Domain, Day, 9), Summary(report));
        Assert.Equal(("192.0.2.10", Domain, false, true, false, 9), Row(Assert.Single(report.Records)));
        Assert.Equal(1, report.SkippedRecords);
    }

    [Fact]
    public void TheFormatOfDmarcBisIsRead()
    {
        var report = ReadDmarc(ReportMails.Attachment(
            ReportMails.Sample("dmarcbis.xml"), "receiver.example!example.org!1795305600!1795391999!abc.xml",
            "text/xml"));

        Assert.Equal(("Receiver Example", "3v98abbp8ya9n3va8yr8oa3ya", "example.org", Day, 123), Summary(report));
        Assert.Equal(DmarcDisposition.None, Assert.Single(report.Records).Disposition);
    }

    [Fact]
    public void BytesAfterTheEndOfTheGzipAreIgnored() => Assert.Equal(128, ReadDmarc(ReportMails.Attachment(
        [.. ReportMails.Gzip(ReportMails.Sample("yahoo.xml")), .. "\r\n"u8], "a!b!1!2.xml.gz")).Total);

    [Fact]
    public void ASchemaElementAroundTheReportNeedNotBeClosed()
    {
        const string Schema = "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n<feedback>";
        var document = Encoding.UTF8.GetString(ReportMails.Sample("yahoo.xml"))
            .Replace("<feedback>", Schema, StringComparison.Ordinal);

        Assert.Equal(128, ReadDmarc(ReportMails.Attachment(Encoding.UTF8.GetBytes(document), "a!b!1!2.xml")).Total);
    }

    [Theory]
    [InlineData("x!y!1!2.zip")]
    [InlineData("x!y!1!2.xml")]
    public void TheContentDecidesNotTheName(string name) => Assert.Equal(128, ReadDmarc(ReportMails.Attachment(
        ReportMails.Gzip(ReportMails.Sample("yahoo.xml")), name)).Total);

    [Fact]
    public void GooglesTlsReportIsRead()
    {
        var report = ReadTls("google-tls.json", "google.com!papers.example.org!1795305600!1795391999!001.json.gz");

        Assert.Equal(("Google Inc.", "2026-11-22T00:00:00Z_papers.example.org", Domain, Day, 33), Summary(report));
        Assert.Equivalent(
            new TlsPolicy(Domain, "sts", 31, 2, [new TlsFailure("certificate-expired", "mx.papers.example.org", 2)]),
            Assert.Single(report.Policies));
    }

    [Fact]
    public void MicrosoftsTlsReportHasAByteOrderMarkAndNumbersAsText()
    {
        var report = ReadTls("microsoft-tls.json", "microsoft.com!papers.example.org!1795305600!1795391999!1.json.gz");

        Assert.Equal(
            ("Microsoft Corporation", "134104032000000000+papers.example.org", Domain, Day, 12), Summary(report));
        Assert.Equivalent(new TlsPolicy(Domain, "no-policy-found", 12, 0, []), Assert.Single(report.Policies));
    }

    [Fact]
    public void MailRusTlsReportHasMoreFailuresThanItsSum()
    {
        var policy = Assert.Single(ReadTls("mailru-tls.json", "mail.ru!papers.example.org!1!2.json.gz").Policies);

        Assert.Equal((0, 1), (policy.Successful, policy.Failed));
        Assert.Equal([1, 1], policy.Failures.Select(failure => failure.Sessions));
    }

    [Fact]
    public void ATlsReportOfAPostfixReporterCoversSeveralDomains()
    {
        var report = ReadTls("postfix-tls.json", "university.example!papers.example.org!1!2.json.gz");

        Assert.Equal(["papers.example.org", "unrelated.example"], report.Policies.Select(policy => policy.Domain));
        Assert.Equal(
            [
                new TlsFailure("validation-failure", "mx.papers.example.org", 2),
                new TlsFailure("starttls-not-supported", "", 1),
            ],
            report.Policies[0].Failures);
    }

    [Fact]
    public void ATlsReportIsReadWithoutCompressionToo()
    {
        var reading = Read(ReportMails.Multipart(
            ReportMails.Sample("google-tls.json"), "report.json", "application/tlsrpt+json", "A report",
            "report; report-type=tlsrpt"));

        Assert.Equal(33, reading.Report!.Total);
    }

    [Fact]
    public void SeveralReportsInOneMessageAreAllRead()
    {
        var message = Classifier.Classify(ReportMails.Attachment(ReportMails.Zip(
            ("a.xml", ReportMails.Sample("yahoo.xml")), ("b.xml", ReportMails.Sample("google.xml"))), "a!b!1!2.zip"));

        Assert.Equal(["Yahoo", "google.com"], message.DomainReports.Select(reading => reading.Report!.Organization));
    }

    private static DmarcReport ReadDmarc(byte[] mail) => Assert.IsType<DmarcReport>(Read(mail).Report);

    private static TlsReport ReadTls(string sample, string fileName) => Assert.IsType<TlsReport>(Read(
        ReportMails.Multipart(
            ReportMails.Gzip(ReportMails.Sample(sample)), fileName, "application/tlsrpt+gzip",
            "Report Domain: papers.example.org Submitter: receiver.example Report-ID: <7@receiver.example>",
            "report; report-type=\"tlsrpt\"")).Report);

    private static DomainReportReading Read(byte[] mail)
    {
        var message = Classifier.Classify(mail);
        Assert.Equal(InboundKind.Other, message.Kind);
        var reading = Assert.Single(message.DomainReports);
        Assert.Null(reading.Problem);
        return reading;
    }

    private static (string, string, string, DateOnly, long) Summary(DomainReport report) =>
        (report.Organization, report.ReportId, report.Domain, report.Day, report.Total);

    private static (string, string, bool, bool, bool, long) Row(DmarcRecord record) => (
        record.Source, record.HeaderFrom, record.DkimAligned, record.SpfAligned, record.WasForwarded, record.Messages);
}
