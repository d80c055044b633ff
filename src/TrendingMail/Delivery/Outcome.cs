namespace TrendingMail.Delivery;

/// <summary>What came of a delivery: mostly what the receiving server said about its message.</summary>
public abstract record Outcome
{
    /// <summary>2yz: it is the server's now.</summary>
    public sealed record Accepted(string Reply) : Outcome;

    /// <summary>4yz: try again later.</summary>
    public sealed record Deferred(string Reply) : Outcome;

    /// <summary>5yz: it will not take it.</summary>
    public sealed record Refused(string Reply) : Outcome;

    /// <summary>The connection broke while the message was on its way: it may have been taken or not.</summary>
    public sealed record Uncertain(string Reply) : Outcome;

    /// <summary>Its time is over: it was not tried.</summary>
    public sealed record Expired(string Reply) : Outcome;

    /// <summary>There was nothing to send.</summary>
    public sealed record Skipped(string Reply) : Outcome;

    /// <summary>No server was to be had, or it closed for now (421): nothing was said about this message.</summary>
    public sealed record Unreachable(string Reply) : Outcome;
}
