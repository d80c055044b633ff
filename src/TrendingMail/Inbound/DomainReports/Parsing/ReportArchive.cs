using System.Buffers.Binary;
using System.IO.Compression;

namespace TrendingMail.Inbound.DomainReports.Parsing;

/// <summary>
/// Opens the documents of an attachment: XML or JSON, in gzip or zip or as it is. The content decides, because names
/// and content types are often wrong. Nothing is written to disk, so the names in an archive lead nowhere.
/// </summary>
internal static class ReportArchive
{
    /// <exception cref="UnreadableReportException">The archive is not what a report comes in.</exception>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    public static IEnumerable<DocumentStream> Open(byte[] attachment, string name, DecompressionBudget budget)
    {
        if (IsZip(attachment))
        {
            return OpenZip(attachment, budget);
        }

        Stream content = new MemoryStream(attachment, writable: false);
        return IsGzip(attachment)
            ? [RejectArchive(new DocumentStream(
                name, new GZipStream(content, CompressionMode.Decompress), attachment.Length, budget))]
            : [new DocumentStream(name, content, attachment.Length, budget)];
    }

    private static IEnumerable<DocumentStream> OpenZip(byte[] attachment, DecompressionBudget budget)
    {
        if (CountEntries(attachment) > ReportLimits.ArchiveEntries)
        {
            throw new UnreadableReportException($"its archive has more than {ReportLimits.ArchiveEntries} files");
        }

        using var archive = new ZipArchive(new MemoryStream(attachment, writable: false));
        var files = archive.Entries.Where(entry => entry.Name.Length > 0 && !IsMetadata(entry.FullName)).ToList();
        if (files.Count == 0)
        {
            throw new UnreadableReportException("its archive is empty");
        }

        foreach (var entry in files.Exists(IsDocument) ? files.Where(IsDocument) : files)
        {
            if (entry.IsEncrypted)
            {
                throw new UnreadableReportException("its archive is encrypted");
            }

            using var content = entry.Open();
            yield return RejectArchive(
                new DocumentStream(entry.Name, content, Math.Min(entry.CompressedLength, attachment.Length), budget));
        }
    }

    /// <summary>Whether the name is that of a report, and not of a text that explains it.</summary>
    private static bool IsDocument(ZipArchiveEntry entry) =>
        entry.Name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) ||
        entry.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>What macOS adds to archives.</summary>
    private static bool IsMetadata(string path) => path.StartsWith("__MACOSX/", StringComparison.Ordinal);

    private static DocumentStream RejectArchive(DocumentStream document) =>
        IsZip(document.Head) || IsGzip(document.Head)
            ? throw new UnreadableReportException("its archive contains another archive")
            : document;

    private static bool IsZip(ReadOnlySpan<byte> bytes) => bytes is [(byte)'P', (byte)'K', 3, 4, ..] or
        [(byte)'P', (byte)'K', 5, 6, ..];

    private static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, ..];

    /// <summary>The number of entries in the end record, before memory is allocated for each of them.</summary>
    private static int CountEntries(ReadOnlySpan<byte> zip)
    {
        const int EntriesOffset = 10;
        var end = zip.LastIndexOf("PK\u0005\u0006"u8);
        return end >= 0 && end + EntriesOffset + 2 <= zip.Length
            ? BinaryPrimitives.ReadUInt16LittleEndian(zip[(end + EntriesOffset)..])
            : 0;
    }
}
