namespace TrendingMail.Inbound.Mailboxes;

/// <summary>A message read from a file or stream.</summary>
/// <param name="File">The file name, or <c>-</c> for standard input.</param>
/// <param name="Bytes">The message, truncated to <see cref="MailFiles.MaximumBytes"/>.</param>
public sealed record StoredMail(string File, ReadOnlyMemory<byte> Bytes);
