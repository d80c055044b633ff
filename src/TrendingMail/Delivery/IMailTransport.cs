namespace TrendingMail.Delivery;

/// <summary>A way out for mail.</summary>
public interface IMailTransport
{
    /// <summary>What it is, for messages and logs.</summary>
    string Name { get; }

    /// <summary>Makes the lanes: each carries one message at a time, all of them side by side.</summary>
    IReadOnlyList<IMailLane> OpenLanes();
}

/// <summary>One lane of a transport, for one message at a time.</summary>
public interface IMailLane : IAsyncDisposable
{
    /// <summary>Where it leads, for messages.</summary>
    string Server { get; }

    /// <summary>
    /// Waits until the lane may carry a message, and sees that it could: its server's rate is kept here and its connection
    /// made, before a message is taken out of the ledger.
    /// </summary>
    /// <returns>Null where it is ready; else why no server is to be had now.</returns>
    ValueTask<string?> ReadyAsync(CancellationToken cancellationToken);

    /// <summary>Hands a message over; the envelope stays the caller's. What the server says, or that it says nothing, is an outcome and no exception.</summary>
    Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken);

    /// <summary>Leaves the lane's server alone: none of its lanes is ready before.</summary>
    void Rest(DateTimeOffset until, string reason)
    {
    }
}
