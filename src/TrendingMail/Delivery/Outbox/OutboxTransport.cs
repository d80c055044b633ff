using TrendingMail.Messages;
using TrendingMail.Storage;

namespace TrendingMail.Delivery.Outbox;

/// <summary>
/// Writes each message to a folder as an .eml file named after its Message-ID, replacing an earlier copy.
/// </summary>
public sealed class OutboxTransport(string directory) : IMailTransport
{
    public string Name => $"outbox {directory}";

    public IReadOnlyList<IMailConnection> CreateConnections() => [new OutboxConnection(directory)];

    private sealed class OutboxConnection(string directory) : IMailConnection
    {
        public string Server => "the outbox";

        public ValueTask<string?> PrepareAsync(CancellationToken cancellationToken) => new((string?)null);

        public async Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken)
        {
            var name = envelope.MessageId.Split('@')[0] + ".eml";
            var draft = Path.Combine(directory, $".{name}");
            try
            {
                PrivateFiles.CreateFolder(directory);
                await using (var file = PrivateFiles.Open(draft, FileMode.Create))
                {
                    await file.WriteAsync(envelope.Message.Memory, cancellationToken);
                    file.Flush(flushToDisk: true);
                }

                File.Move(draft, Path.Combine(directory, name), overwrite: true);
                return new Outcome.Accepted($"written to {name}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new Outcome.Unreachable($"cannot write to the outbox {directory}: {e.Message}");
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
