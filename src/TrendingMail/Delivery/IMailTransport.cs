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
    /// <summary>Waits until the lane may carry a message: its server's rate is kept here, before a message is claimed.</summary>
    ValueTask WaitTurnAsync(CancellationToken cancellationToken);

    /// <summary>Hands a message over; the envelope stays the caller's. What the server says, or that it says nothing, is an outcome and no exception.</summary>
    Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken);
}
