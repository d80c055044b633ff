namespace TrendingMail.Inbound.DomainReports.Parsing;

/// <summary>
/// Limits on reports, which anyone can send. A large receiver's report on a large sender stays far below them.
/// </summary>
internal static class ReportLimits
{
    public const int AttachmentBytes = 10 << 20;

    /// <summary>Decompressed, of all attachments of a message together.</summary>
    public const long DocumentBytes = 50 << 20;

    /// <summary>A JSON document, which is held in memory as a whole.</summary>
    public const int JsonCharacters = 10 << 20;

    /// <summary>Decompressed bytes for each compressed one, above a megabyte.</summary>
    public const int CompressionRatio = 250;

    public const int Attachments = 10;

    public const int ArchiveEntries = 10;

    public const int Records = 50_000;

    /// <summary>Elements of one record, or of the metadata.</summary>
    public const int ElementsOfRecord = 1_000;

    public const int Depth = 16;

    /// <summary>Different names of elements and attributes.</summary>
    public const int Names = 1_000;

    /// <summary>Characters of a tag or a text.</summary>
    public const int TokenCharacters = 64 << 10;

    /// <summary>Messages of a record or sessions of a policy: more is a mistake or a forgery.</summary>
    public const long Count = 1_000_000_000;
}

/// <summary>A report cannot be read. The message completes "The report was set aside: ".</summary>
internal sealed class UnreadableReportException(string reason) : Exception(reason);
