using System.Buffers;
using System.Text.Json;
using System.Xml;
using MimeKit;
using TrendingMail.Inbound.Classification.Reports;

namespace TrendingMail.Inbound.DomainReports.Parsing;

/// <summary>
/// Reads the reports that a message carries. A pure function of the bytes: it accepts any input, in bounded time and
/// memory.
/// </summary>
internal static class ReportMail
{
    /// <summary>Byte order marks, white space, and the zeros of UTF-16.</summary>
    private static readonly SearchValues<byte> BeforeContent = SearchValues.Create(
        [0xEF, 0xBB, 0xBF, 0xFE, 0xFF, 0, (byte)' ', (byte)'\t', (byte)'\r', (byte)'\n']);

    /// <returns>
    /// The reports, and what claims to be one but cannot be read; nothing for a message that carries none.
    /// </returns>
    public static IReadOnlyList<DomainReportReading> Read(ReadOnlyMemory<byte> mail)
    {
        using var message = InboundMail.Load(mail);
        var isClaimed = ReportAttachments.IsClaimed(message);
        var budget = new DecompressionBudget();
        return
        [
            .. ReportAttachments.Find(message).Take(ReportLimits.Attachments)
                .SelectMany(part => Read(part, isClaimed || ReportAttachments.IsClaimed(part), budget)),
        ];
    }

    private static List<DomainReportReading> Read(MimePart part, bool isClaimed, DecompressionBudget budget)
    {
        var name = ReportValues.CleanText(part.FileName) ?? "";
        var readings = new List<DomainReportReading>();
        try
        {
            using var content = new MemoryStream();
            part.Content!.DecodeTo(content);
            if (content.Length > ReportLimits.AttachmentBytes)
            {
                throw new UnreadableReportException($"it is larger than {ReportLimits.AttachmentBytes >> 20} MB");
            }

            foreach (var document in ReportArchive.Open(content.ToArray(), name, budget))
            {
                readings.Add(new DomainReportReading(
                    ReportValues.CleanText(document.Name) ?? name, Parse(document), null));
            }
        }
        catch (Exception e) when (DescribeProblem(e) is { } problem)
        {
            // An attachment of some other kind is none of our business.
            if (isClaimed || readings.Count > 0)
            {
                readings.Add(new DomainReportReading(name, null, problem));
            }
        }

        return readings;
    }

    private static DomainReport Parse(DocumentStream document) =>
        FirstCharacter(document.Head) == '{' ? TlsReportParser.Parse(document) : DmarcParser.Parse(document);

    private static char FirstCharacter(ReadOnlySpan<byte> head)
    {
        var start = head.IndexOfAnyExcept(BeforeContent);
        return start < 0 ? '\0' : (char)head[start];
    }

    /// <summary>Why a report cannot be read; null for an error that indicates a bug.</summary>
    private static string? DescribeProblem(Exception exception) => exception switch
    {
        UnreadableReportException => exception.Message,
        InvalidDataException or EndOfStreamException => "its archive is damaged",
        XmlException e => $"its XML is invalid: {ReportValues.CleanText(e.Message.Split(". ")[0].TrimEnd('.'))}",
        JsonException e => $"its JSON is invalid: {ReportValues.CleanText(e.Message.Split(". ")[0].TrimEnd('.'))}",
        InvalidOperationException or NotSupportedException or FormatException =>
            "its content is damaged: " + ReportValues.CleanText(exception.Message),
        _ => null,
    };
}
