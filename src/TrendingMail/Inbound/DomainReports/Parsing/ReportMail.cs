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
        var parts = ReportAttachments.Find(message).ToList();
        var budget = new DecompressionBudget();
        var readings = parts.Take(ReportLimits.Attachments)
            .SelectMany(part => Read(part, isClaimed || ReportAttachments.IsClaimed(part), budget)).ToList();
        if (readings.Count > 0 && parts.Count > ReportLimits.Attachments)
        {
            readings.Add(new DomainReportReading(
                GetName(parts[ReportLimits.Attachments]), null,
                $"its message has more than {ReportLimits.Attachments} attachments"));
        }

        return readings;
    }

    private static List<DomainReportReading> Read(MimePart part, bool isClaimed, DecompressionBudget budget)
    {
        var readings = new List<DomainReportReading>();
        try
        {
            foreach (var document in ReportArchive.Open(Decode(part), GetName(part), budget))
            {
                readings.Add(Read(document));
            }
        }
        catch (Exception e) when (DescribeProblem(e) is { } problem)
        {
            readings.Add(new DomainReportReading(GetName(part), null, problem));
        }

        // An attachment of some other kind is none of our business.
        return isClaimed || readings.Exists(reading => reading.Report is not null) ? readings : [];
    }

    private static DomainReportReading Read(DocumentStream document)
    {
        var name = ReportValues.CleanText(document.Name) ?? "";
        try
        {
            return new DomainReportReading(name, Parse(document), null);
        }
        catch (Exception e) when (DescribeProblem(e) is { } problem)
        {
            return new DomainReportReading(name, null, problem);
        }
    }

    private static string GetName(MimePart part) => ReportValues.CleanText(part.FileName) ?? "";

    private static byte[] Decode(MimePart part)
    {
        using var content = new MemoryStream();
        part.Content!.DecodeTo(content);
        return content.Length <= ReportLimits.AttachmentBytes
            ? content.ToArray()
            : throw new UnreadableReportException($"it is larger than {ReportLimits.AttachmentBytes >> 20} MB");
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
