using TrendingMail.Rendering;

namespace TrendingMail.Delivery;

/// <summary>
/// A finished message and its envelope (RFC 5321 section 2.3.1). The message is bytes as they are sent: header and body
/// with CRLF line ends, 7-bit, signed; only dots at line beginnings are not doubled. They stand in a pooled buffer, which
/// goes back when the envelope is disposed: who hands one on waits for its end, then disposes it.
/// </summary>
/// <param name="MessageId">Without angle brackets.</param>
/// <param name="Sender">The return path.</param>
public sealed record Envelope(string MessageId, string Sender, string Recipient, WireBuffer Message) : IDisposable
{
    public void Dispose() => Message.Dispose();
}
