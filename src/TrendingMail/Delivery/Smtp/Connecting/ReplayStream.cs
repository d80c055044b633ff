namespace TrendingMail.Delivery.Smtp.Connecting;

/// <summary>
/// Returns given bytes before those of another stream, for a reader that expects what was already read from it.
/// </summary>
internal sealed class ReplayStream(byte[] prefix, Stream inner) : DelegatingStream(inner)
{
    private ReadOnlyMemory<byte> pending = prefix;

    public override int Read(byte[] buffer, int offset, int count) =>
        pending.IsEmpty ? base.Read(buffer, offset, count) : Replay(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        pending.IsEmpty ? base.ReadAsync(buffer, cancellationToken) : ValueTask.FromResult(Replay(buffer.Span));

    private int Replay(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, pending.Length);
        pending.Span[..count].CopyTo(buffer);
        pending = pending[count..];
        return count;
    }
}
