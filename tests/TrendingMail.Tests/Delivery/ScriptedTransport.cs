using TrendingMail.Delivery;
using TrendingMail.Messages;

namespace TrendingMail.Tests.Delivery;

/// <summary>A transport with scripted outcomes that records the messages sent through it.</summary>
public sealed class ScriptedTransport(Func<Envelope, int, Task<Outcome>> send, int connections = 1) : IMailTransport
{
    private readonly Lock guard = new();
    private readonly List<string> sentIds = [];

    public ScriptedTransport(Func<string, Outcome> send)
        : this((envelope, _) => Task.FromResult(send(envelope.MessageId)))
    {
    }

    public string Name => "a scripted server";

    /// <summary>The Message-IDs of the messages, in the order in which they were sent.</summary>
    public IReadOnlyList<string> SentIds
    {
        get
        {
            lock (guard)
            {
                return [.. sentIds];
            }
        }
    }

    public static ScriptedTransport AcceptingAll() => new(_ => new Outcome.Accepted("250 ok"));

    public IReadOnlyList<IMailConnection> CreateConnections() =>
        [.. Enumerable.Range(0, connections).Select(number => new ScriptedConnection(this, number))];

    private sealed class ScriptedConnection(ScriptedTransport transport, int number) : IMailConnection
    {
        public string Server => "a scripted server";

        public ValueTask<string?> PrepareAsync(CancellationToken cancellationToken) => new((string?)null);

        public Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken)
        {
            lock (transport.guard)
            {
                transport.sentIds.Add(envelope.MessageId);
            }

            return transport.Send(envelope, number);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private Task<Outcome> Send(Envelope envelope, int connection) => send(envelope, connection);
}
