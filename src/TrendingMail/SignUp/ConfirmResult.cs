using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>The outcome of following a confirmation link.</summary>
public abstract record ConfirmResult
{
    public sealed record Confirmed(Subscriber Subscriber) : ConfirmResult;

    public sealed record AlreadyActive(Subscriber Subscriber) : ConfirmResult;

    /// <summary>The link is no longer valid. The reason is shown to the subscriber.</summary>
    public sealed record Rejected(string Reason) : ConfirmResult;
}
