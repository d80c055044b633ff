namespace TrendingMail.Inbound.Sources;

/// <summary>A mail as it was found.</summary>
/// <param name="File">Where: a file's name, or <c>-</c>.</param>
/// <param name="Bytes">The mail, cut at <see cref="MailFiles.MaximumBytes"/>.</param>
public sealed record StoredMail(string File, ReadOnlyMemory<byte> Bytes);
