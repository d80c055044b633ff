using System.Text.Json;
using TrendingMail.Tests.Inbound.DomainReports;

namespace TrendingMail.Tests.Commands.Doctor;

public sealed class DoctorReportsTests : CommandTests
{
    private static readonly (string, string)[] Settings = [("Mail:From", "digest@papers.example.org")];

    private static DateOnly Yesterday => DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-1);

    [Fact]
    public async Task ReportsThatWereProcessedAreSummedUp()
    {
        await ProcessAsync(ReportMails.Attachment(
            ReportMails.Gzip(ReportMails.Dmarc("receiver.example", "1", "papers.example.org",
                [("192.0.2.10", 97, false, ""), ("203.0.113.77", 3, true, "")], Yesterday)),
            "receiver.example!papers.example.org!1!2.xml.gz"));
        await ProcessAsync(ReportMails.Attachment("nothing"u8.ToArray(), "other.example!papers.example.org!1!2.xml"));

        var text = (await RunAsync(Settings, "doctor", "reports")).Output;
        using var json = JsonDocument.Parse(
            (await RunAsync(Settings, "doctor", "reports", "--days", "7", "--json")).Output);

        Assert.Contains("DMARC: 100 messages, 97.0% passed, 3 failed (0 forwarded)", text, StringComparison.Ordinal);
        Assert.Matches(@"203\.0\.113\.77 +papers\.example\.org +3 +0 +0 +3 +0 +unknown", text);
        Assert.Contains("other.example!papers.example.org!1!2.xml  its XML is invalid", text, StringComparison.Ordinal);
        var root = json.RootElement;
        Assert.Equal(
            [
                "days", "since", "dmarc", "sources", "daily", "daily_sources", "tls", "tls_failures", "complaints",
                "reporters", "set_aside",
            ],
            root.EnumerateObject().Select(property => property.Name));
        Assert.Equal((7, 97), (root.GetProperty("days").GetInt32(),
            root.GetProperty("dmarc").GetProperty("dkim_aligned").GetInt32()));
        Assert.Equal(["unknown", "aligned"], root.GetProperty("sources").EnumerateArray()
            .Select(source => source.GetProperty("status").GetString()!));
    }

    [Fact]
    public async Task ThereAreNoReportsAtFirst() =>
        Assert.Contains(
            "DMARC: no messages reported", await SucceedAsync("doctor", "reports"), StringComparison.Ordinal);

    [Fact]
    public async Task InboundProcessDescribesAReportBesidesItsKind()
    {
        var output = await ProcessAsync(ReportMails.Attachment(
            ReportMails.Dmarc(
                "receiver.example", "1", "papers.example.org", [("192.0.2.10", 97, false, "")], Yesterday),
            "receiver.example!papers.example.org!1!2.xml"), "--json");

        using var json = JsonDocument.Parse(output);
        Assert.Equal(["file", "kind", "recipients", "reports"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("other", 0), (json.RootElement.GetProperty("kind").GetString(),
            json.RootElement.GetProperty("recipients").GetArrayLength()));
        var report = json.RootElement.GetProperty("reports")[0];
        Assert.Equal(("dmarc", "receiver.example", 97), (report.GetProperty("kind").GetString(),
            report.GetProperty("organization").GetString(), report.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task InboundProcessSaysWhatBecameOfAReport()
    {
        var report = ReportMails.Attachment(
            ReportMails.Dmarc(
                "receiver.example", "1", "papers.example.org", [("192.0.2.10", 97, false, "")], Yesterday),
            "receiver.example!papers.example.org!1!2.xml");
        var damaged = ReportMails.Attachment("{}"u8.ToArray(), "a!b!1!2.json");

        var planned = await ProcessAsync(report, "--dry-run") + await ProcessAsync(damaged, "--dry-run");
        var done = await ProcessAsync(report) + await ProcessAsync(damaged);

        Assert.Contains($"  The DMARC report of receiver.example on papers.example.org for {Yesterday:yyyy-MM-dd} " +
            "with 97 messages\n", planned, StringComparison.Ordinal);
        Assert.Contains(
            "  The report 'a!b!1!2.json' cannot be read: it is no TLS report", planned, StringComparison.Ordinal);
        Assert.Contains("with 97 messages was counted\n", done, StringComparison.Ordinal);
        Assert.Contains(
            "  The report 'a!b!1!2.json' was set aside: it is no TLS report", done, StringComparison.Ordinal);
    }

    private async Task<string> ProcessAsync(byte[] mail, params string[] options)
    {
        var file = Folder.File($"{mail.Length}.eml");
        await File.WriteAllBytesAsync(file, mail, TestContext.Current.CancellationToken);
        var result = await RunAsync(Settings, ["inbound", "process", file, .. options]);
        Assert.Equal(Done, result.ExitCode);
        return result.Output;
    }
}
