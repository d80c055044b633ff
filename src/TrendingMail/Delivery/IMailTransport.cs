using TrendingMail.Messages;

namespace TrendingMail.Delivery;

/// <summary>A means of sending mail.</summary>
public interface IMailTransport
{
    /// <summary>A description for messages and logs.</summary>
    string Name { get; }

    /// <summary>Creates the connections, which are used in parallel; each sends one message at a time.</summary>
    IReadOnlyList<IMailConnection> CreateConnections();
}

/// <summary>A connection of a transport. It sends one message at a time.</summary>
public interface IMailConnection : IAsyncDisposable
{
    /// <summary>The name of its server.</summary>
    string Server { get; }

    /// <summary>
    /// Waits until a message may be sent: waits for the server's rate limit and connects if necessary, before a
    /// delivery is taken from the queue.
    /// </summary>
    /// <returns>Null if the connection is ready, otherwise why it is not.</returns>
    ValueTask<string?> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The transport's other servers that can carry mail now, in the order in which to prefer them.
    /// </summary>
    IReadOnlyList<string> OtherServers => [];

    /// <summary>
    /// Sends a message. The caller disposes the envelope. Replies, timeouts and lost connections are outcomes, not
    /// exceptions.
    /// </summary>
    Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken);

    /// <summary>Sends a message through one of the <see cref="OtherServers"/>, within that server's limits.</summary>
    /// <inheritdoc cref="SendAsync"/>
    Task<Outcome> SendThroughAsync(string server, Envelope envelope, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"There is no server {server} besides {Server}.");

    /// <summary>Pauses the server: none of its connections is ready before the given time.</summary>
    void PauseServer(DateTimeOffset until, string reason)
    {
    }
}
