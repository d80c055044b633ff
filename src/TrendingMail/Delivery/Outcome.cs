namespace TrendingMail.Delivery;

/// <summary>The outcome of an attempt to deliver a message.</summary>
public abstract record Outcome
{
    /// <summary>The server that replied, if it is not that of the worker's own connection; else null.</summary>
    public string? Server { get; init; }

    /// <summary>2yz: the server took responsibility for the message.</summary>
    public sealed record Accepted(string Reply) : Outcome;

    /// <summary>4yz: a transient failure; retry later.</summary>
    public sealed record Deferred(string Reply) : Outcome;

    /// <summary>5yz: a permanent failure.</summary>
    public sealed record Rejected(string Reply) : Outcome
    {
        /// <summary>
        /// Whether a limit of the server is the cause, such as its maximum message size, so that another server may
        /// accept the message.
        /// </summary>
        public bool MayFitElsewhere { get; init; }
    }

    /// <summary>The connection was lost before the final reply: the message may have been accepted or not.</summary>
    public sealed record Uncertain(string Reply) : Outcome;

    /// <summary>The delivery expired before the attempt.</summary>
    public sealed record Expired(string Reply) : Outcome;

    /// <summary>There was nothing to send.</summary>
    public sealed record Skipped(string Reply) : Outcome;

    /// <summary>
    /// No server was available, or it closed the connection (421). It says nothing about this message.
    /// </summary>
    public sealed record Unreachable(string Reply) : Outcome;
}
