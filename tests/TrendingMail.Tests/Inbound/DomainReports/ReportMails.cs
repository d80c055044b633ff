using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace TrendingMail.Tests.Inbound.DomainReports;

/// <summary>Composes messages that carry reports, as receivers send them.</summary>
public static class ReportMails
{
    private const string Boundary = "=_report_cut";

    /// <summary>The sample of a sender, which stands in the folder <c>Samples</c>.</summary>
    public static byte[] Sample(string name) =>
        File.ReadAllBytes(Path.Combine(Repository.Tests, "Inbound", "DomainReports", "Samples", name));

    public static byte[] Gzip(byte[] document)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize))
        {
            gzip.Write(document);
        }

        return bytes.ToArray();
    }

    public static byte[] Zip(params IEnumerable<(string Name, byte[] Content)> files)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.SmallestSize).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>A message that is nothing but the attachment, such as Google's.</summary>
    public static byte[] Attachment(
        byte[] content, string fileName, string contentType = "application/zip", string from = "noreply@google.com",
        string subject = "Report domain: papers.example.org Submitter: google.com Report-ID: 4711",
        string headers = "") =>
        Encoding.ASCII.GetBytes($"""
            {headers}From: {from}
            To: dmarc@papers.example.org
            Subject: {subject}
            Message-ID: <{Convert.ToHexString(SHA256.HashData(content))}@{from}>
            MIME-Version: 1.0
            Content-Type: {contentType}; name="{fileName}"
            Content-Disposition: attachment; filename="{fileName}"
            Content-Transfer-Encoding: base64

            {Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks)}

            """);

    /// <summary>A message with a text and the attachment.</summary>
    public static byte[] Multipart(
        byte[] content, string fileName, string contentType, string subject, string subtype = "mixed") =>
        Encoding.UTF8.GetBytes($"""
            From: "DMARC Aggregate Report" <reports@receiver.example>
            To: dmarc@papers.example.org
            Subject: {subject}
            Message-ID: <{fileName}@receiver.example>
            MIME-Version: 1.0
            Content-Type: multipart/{subtype}; boundary="{Boundary}"

            This is a multi-part message in MIME format.

            --{Boundary}
            Content-Type: text/plain; charset="utf-8"

            This is an aggregate report from receiver.example.
            --{Boundary}
            Content-Type: {contentType}; name="{fileName}"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename="{fileName}"

            {Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks)}
            --{Boundary}--

            """);

    /// <summary>A DMARC report with records of a source, a number of messages and whether they fail.</summary>
    public static byte[] Dmarc(
        string organization, string id, string domain,
        IEnumerable<(string Source, int Messages, bool Fails, string Selector)> records,
        DateOnly? day = null) => Encoding.UTF8.GetBytes($"""
        <feedback>
          <report_metadata>
            <org_name>{organization}</org_name>
            <report_id>{id}</report_id>
            <date_range><begin>{Unix(day)}</begin><end>{Unix(day) + 86399}</end></date_range>
          </report_metadata>
          <policy_published><domain>{domain}</domain><p>none</p></policy_published>
          {string.Concat(records.Select(Record))}
        </feedback>
        """);

    private static string Record((string Source, int Messages, bool Fails, string Selector) record)
    {
        var result = record.Fails ? "fail" : "pass";
        var signature = record.Selector.Length == 0 ? "" :
            $"<dkim><domain>papers.example.org</domain><selector>{record.Selector}</selector>" +
            $"<result>{result}</result></dkim>";
        return $"""
            <record>
              <row><source_ip>{record.Source}</source_ip><count>{record.Messages}</count>
                <policy_evaluated><disposition>none</disposition><dkim>{result}</dkim><spf>fail</spf></policy_evaluated></row>
              <identifiers><header_from>papers.example.org</header_from></identifiers>
              <auth_results>{signature}</auth_results>
            </record>
            """;
    }

    private static long Unix(DateOnly? day) => new DateTimeOffset(
        day ?? new DateOnly(2026, 11, 22), TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();
}
