using TrendingMail.Messages.Mime;



namespace TrendingMail.Messages;

/// <summary>
/// A complete message with its envelope (RFC 5321 section 2.3.1). The message is the bytes to send: header and body
/// with CRLF line endings, 7-bit and signed, but not dot-stuffed. They are in a pooled buffer that is returned when the
/// envelope is disposed, so the owner must dispose it, and only after the transmission has finished.
/// </summary>
/// <param name="MessageId">Without angle brackets.</param>
/// <param name="Sender">The return path.</param>
public sealed record Envelope(string MessageId, string Sender, string Recipient, WireBuffer Message) : IDisposable
{
    public string RecipientDomain => Recipient[(Recipient.LastIndexOf('@') + 1)..];

    public void Dispose() => Message.Dispose();
}
