using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Delivery.Smtp.Connecting;

/// <summary>
/// Limits the bytes that a server may send while a connection is being set up. The limit ends with the handshake,
/// because <see cref="ReplyReader"/> limits what it reads afterwards.
/// </summary>
internal sealed class HandshakeLimitStream(Stream inner) : DelegatingStream(inner)
{
    /// <summary>Ten times what a greeting, TLS with a long certificate chain, EHLO and AUTH need.</summary>
    private const int MaxBytes = 512 * 1024;

    private long bytesRead;

    public bool IsHandshakeComplete { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => CountBytes(base.Read(buffer, offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        IsHandshakeComplete ? base.ReadAsync(buffer, cancellationToken) : ReadCountedAsync(buffer, cancellationToken);

    private async ValueTask<int> ReadCountedAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        CountBytes(await base.ReadAsync(buffer, cancellationToken));

    private int CountBytes(int count)
    {
        bytesRead += count;
        return IsHandshakeComplete || bytesRead <= MaxBytes
            ? count
            : throw new IOException("the server sent too much data during the handshake");
    }
}
