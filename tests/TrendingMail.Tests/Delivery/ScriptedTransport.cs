using TrendingMail.Delivery;

namespace TrendingMail.Tests.Delivery;

/// <summary>A transport whose lanes answer what a test says, and which remembers what was handed to it.</summary>
public sealed class ScriptedTransport(Func<Envelope, int, Task<Outcome>> answer, int lanes = 1) : IMailTransport
{
    private readonly Lock guard = new();
    private readonly List<string> handed = [];

    public ScriptedTransport(Func<string, Outcome> answer)
        : this((envelope, _) => Task.FromResult(answer(envelope.MessageId)))
    {
    }

    public string Name => "a script";

    /// <summary>The Message-IDs in the order in which they came.</summary>
    public IReadOnlyList<string> Handed
    {
        get
        {
            lock (guard)
            {
                return [.. handed];
            }
        }
    }

    public static ScriptedTransport ThatAccepts() => new(_ => new Outcome.Accepted("250 ok"));

    public IReadOnlyList<IMailLane> OpenLanes() => [.. Enumerable.Range(0, lanes).Select(number => new Lane(this, number))];

    private sealed class Lane(ScriptedTransport transport, int number) : IMailLane
    {
        public string Server => "a script";

        public ValueTask<string?> ReadyAsync(CancellationToken cancellationToken) => new((string?)null);

        public Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken)
        {
            lock (transport.guard)
            {
                transport.handed.Add(envelope.MessageId);
            }

            return transport.Answer(envelope, number);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private Task<Outcome> Answer(Envelope envelope, int lane) => answer(envelope, lane);
}
