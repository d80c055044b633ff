using System.CommandLine;
using System.Globalization;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.Storage;

namespace TrendingMail.Worker.Commands.Doctor;

/// <summary><c>doctor reports</c>: what other mail servers report about our domains.</summary>
internal static class DoctorReports
{
    private const int MaximumRows = 20;

    private static readonly Option<int> Days =
        CommonOptions.Number("--days", "Number of days to sum up", 30, 1, 3650);

    public static Command Create() => CommandRun.Verb(
        "reports", "Sum up the DMARC and TLS reports and the complaints that arrived", [Days], RunAsync);

    private static async Task<int> RunAsync(CommandRun run)
    {
        var totals = await run.Get<DomainReportOverview>().LoadAsync(run.Value(Days), run.Stop);
        run.Print(totals, [.. Format(totals)]);
        return CommandRun.Done;
    }

    private static IEnumerable<string> Format(DomainReportTotals totals) =>
    [
        $"Reports on the last {ConsoleText.Count(totals.Days, "day")}. Anyone can forge a report: check who sent it.",
        .. Section("Reports", totals.Reporters, ["kind", "organization", "sender", "authenticated", "reports"],
            reporter =>
            [
                reporter.Kind.ToColumn(), reporter.Organization, reporter.SenderDomain,
                reporter.IsAuthenticated ? "yes" : "no", $"{reporter.Reports}",
            ]),
        .. FormatDmarc(totals),
        .. Section("TLS sessions", totals.Tls, ["day", "organization", "domain", "policy", "successful", "failed"],
            tls =>
            [
                CommonOptions.FormatDate(tls.Day), tls.Organization, tls.Domain, tls.PolicyType, $"{tls.Successful}",
                $"{tls.Failed}",
            ]),
        .. Section("TLS failures", totals.TlsFailures, ["result", "domain", "server", "sessions"],
            failure => [failure.Result, failure.Domain, failure.MailServer, $"{failure.Sessions}"]),
        .. Section("Complaints", totals.Complaints, ["day", "source", "domain", "type", "complaints"],
            complaint =>
            [
                CommonOptions.FormatDate(complaint.Day), complaint.Source, OrElse(complaint.Domain, "(another)"),
                complaint.Type, $"{complaint.Complaints}",
            ]),
        .. Section("Set aside and left in the mailbox", totals.SetAside, ["received", "sender", "file", "problem"],
            report =>
            [
                report.ReceivedAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), report.SenderDomain,
                report.FileName, report.Problem,
            ]),
    ];

    private static IEnumerable<string> FormatDmarc(DomainReportTotals totals)
    {
        var dmarc = totals.Dmarc;
        if (dmarc.Messages == 0)
        {
            return ["", "DMARC: no messages reported"];
        }

        var passed = 100.0 * (dmarc.Messages - dmarc.Failed) / dmarc.Messages;
        return
        [
            "",
            string.Create(CultureInfo.InvariantCulture,
                $"DMARC: {ConsoleText.Count(dmarc.Messages, "message")}, {passed:F1}% passed, {dmarc.Failed} failed " +
                $"({dmarc.Forwarded} forwarded), {dmarc.Quarantined} quarantined, {dmarc.Rejected} rejected"),
            .. Section("Sources", totals.Sources,
                ["source", "domain", "messages", "dkim", "spf", "failed", "forwarded", "status"],
                source =>
                [
                    OrElse(source.Source, "(others)"), source.Domain, $"{source.Messages}", $"{source.DkimAligned}",
                    $"{source.SpfAligned}", $"{source.Failed}", $"{source.Forwarded}", source.Status.ToColumn(),
                ]),
            .. Section("Days", totals.Daily, ["day", "domain", "messages", "failed"],
                day => [CommonOptions.FormatDate(day.Day), day.Domain, $"{day.Messages}", $"{day.Failed}"]),
        ];
    }

    /// <summary>A table under a title, of the first rows; nothing if there are none.</summary>
    private static IEnumerable<string> Section<T>(
        string title, IReadOnlyList<T> rows, IReadOnlyList<string> header, Func<T, IReadOnlyList<string>> format) =>
        rows.Count == 0
            ? []
            :
            [
                "", $"{title}:", .. ConsoleText.Table(header, rows.Take(MaximumRows).Select(format)),
                .. rows.Count > MaximumRows ? [$"and {rows.Count - MaximumRows} more; see --json"] : (string[])[],
            ];

    private static string OrElse(string text, string other) => text.Length > 0 ? text : other;
}
