using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TrendingMail.Inbound.DomainReports.Parsing;

/// <summary>Parses SMTP TLS reports (RFC 8460 section 4).</summary>
internal static class TlsReportParser
{
    private const int MaximumPolicies = 1_000;

    private const int MaximumFailures = 10_000;

    private static readonly JsonDocumentOptions Options = new()
    {
        MaxDepth = ReportLimits.Depth,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <exception cref="UnreadableReportException">The document is not such a report, or exceeds a limit.</exception>
    /// <exception cref="JsonException">The document is not JSON.</exception>
    public static TlsReport Parse(DocumentStream document)
    {
        using var json = JsonDocument.Parse(ReadText(document), Options);
        var root = json.RootElement;
        if (Find(root, "policies") is not { ValueKind: JsonValueKind.Array } listed)
        {
            throw new UnreadableReportException("it is no TLS report: it has no policies");
        }

        if (listed.GetArrayLength() > MaximumPolicies)
        {
            throw new UnreadableReportException($"it has more than {MaximumPolicies} policies");
        }

        var policies = listed.EnumerateArray().Select(ParsePolicy).OfType<TlsPolicy>().ToList();
        if (policies.Count == 0)
        {
            throw new UnreadableReportException("it does not say which domain it is about");
        }

        var range = Find(root, "date-range");
        var (begin, end) = ReportValues.ParsePeriod(
            FindText(range, "start-datetime"), FindText(range, "end-datetime"));
        return new TlsReport
        {
            Organization = ReportValues.CleanText(FindText(root, "organization-name"))
                ?? DomainName.FromAddress(FindText(root, "contact-info") ?? "")
                ?? throw new UnreadableReportException("it does not say who made it"),
            ReportId = ReportValues.CleanText(FindText(root, "report-id")) ?? string.Create(
                CultureInfo.InvariantCulture, $"{begin.ToUnixTimeSeconds()}-{end.ToUnixTimeSeconds()}"),
            Domain = policies[0].Domain,
            Begin = begin,
            End = end,
            Policies = policies,
            SkippedRecords = listed.GetArrayLength() - policies.Count,
        };
    }

    private static TlsPolicy? ParsePolicy(JsonElement entry)
    {
        var policy = Find(entry, "policy");
        var summary = Find(entry, "summary");
        return DomainName.Parse(FindText(policy, "policy-domain")) is { } domain &&
            ReportValues.ParseCount(FindText(summary, "total-successful-session-count") ?? "0") is { } successful &&
            ReportValues.ParseCount(FindText(summary, "total-failure-session-count") ?? "0") is { } failed
            ? new TlsPolicy(domain, ReportValues.CleanText(FindText(policy, "policy-type")) ?? "", successful, failed,
                ParseFailures(Find(entry, "failure-details")))
            : null;
    }

    /// <summary>Some senders give a single failure without an array, or null if there is none.</summary>
    private static List<TlsFailure> ParseFailures(JsonElement? details)
    {
        IEnumerable<JsonElement> failures = details switch
        {
            { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
            { ValueKind: JsonValueKind.Object } single => [single],
            _ => [],
        };
        return
        [
            .. from failure in failures.Take(MaximumFailures)
               let sessions = ReportValues.ParseCount(FindText(failure, "failed-session-count"))
               where sessions is not null
               select new TlsFailure(
                   ReportValues.CleanText(FindText(failure, "result-type")) ?? "unknown",
                   DomainName.Parse(FindText(failure, "receiving-mx-hostname")) ?? "", sessions.Value),
        ];
    }

    private static JsonElement? Find(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value)
            ? value
            : null;

    /// <summary>A text or number as text; null if there is none.</summary>
    private static string? FindText(JsonElement? element, string name) => Find(element, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    private static string ReadText(DocumentStream document)
    {
        using var text = document.OpenText();
        var buffer = new char[16 << 10];
        var json = new StringBuilder();
        while (text.Read(buffer) is > 0 and var read)
        {
            json.Append(buffer, 0, read);
            if (json.Length > ReportLimits.JsonCharacters)
            {
                throw new UnreadableReportException($"it is larger than {ReportLimits.JsonCharacters >> 20} MB");
            }
        }

        return json.ToString();
    }
}
