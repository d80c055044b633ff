namespace TrendingMail.Delivery;

/// <summary>Puts each mail into a folder as an .eml file named by its Message-ID; a mail sent again replaces itself.</summary>
public sealed class OutboxTransport(string directory) : IMailTransport
{
    public string Name => $"outbox {directory}";

    public IReadOnlyList<IMailLane> OpenLanes() => [new Lane(directory)];

    private sealed class Lane(string directory) : IMailLane
    {
        public string Server => "the outbox";

        public ValueTask<string?> ReadyAsync(CancellationToken cancellationToken) => new((string?)null);

        public async Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken)
        {
            var name = envelope.MessageId.Split('@')[0] + ".eml";
            var draft = Path.Combine(directory, $".{name}");
            try
            {
                Directory.CreateDirectory(directory);
                await using (var file = File.Create(draft))
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
