using TrendingMail.Delivery;
using TrendingMail.Messages;

namespace TrendingMail.Tests.Delivery.Throttling.WarmUp;

/// <summary>A message that a server was handed.</summary>
internal sealed record HandedMessage(string Server, DateTimeOffset At, string Recipient, string MessageId)
{
    public DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);

    public string Domain => Recipient.Split('@')[1];

    /// <summary>Whether it is a digest; otherwise a notice.</summary>
    public bool IsDigest => MessageId.StartsWith("daily", StringComparison.Ordinal);
}

/// <summary>Servers that accept everything, with one connection each, and record what they are handed.</summary>
internal sealed class FleetTransport(TimeProvider clock, params string[] servers) : IMailTransport
{
    private readonly Lock guard = new();

    public string Name => string.Join(", ", servers);

    public List<HandedMessage> Handed { get; } = [];

    /// <summary>A server that cannot be reached now.</summary>
    public string? Down { get; set; }

    public IReadOnlyList<IMailConnection> CreateConnections() =>
        [.. servers.Select(server => new Connection(this, server))];

    private Outcome.Accepted Hand(string server, Envelope envelope)
    {
        lock (guard)
        {
            Handed.Add(new HandedMessage(server, clock.GetUtcNow(), envelope.Recipient, envelope.MessageId));
        }

        return new Outcome.Accepted("250 ok") { Server = server };
    }

    private sealed class Connection(FleetTransport fleet, string server) : IMailConnection
    {
        public string Server => server;

        public IReadOnlyList<string> OtherServers => fleet.Others(server);

        public ValueTask<string?> PrepareAsync(CancellationToken cancellationToken) =>
            new(fleet.Down == server ? "no route to host" : null);

        public Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome>(fleet.Hand(server, envelope));

        public Task<Outcome> SendThroughAsync(string other, Envelope envelope, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome>(fleet.Hand(other, envelope));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private string[] Others(string server) => [.. servers.Where(other => other != server && other != Down)];
}
