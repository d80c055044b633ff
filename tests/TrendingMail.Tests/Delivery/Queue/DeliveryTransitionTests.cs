using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;

namespace TrendingMail.Tests.Delivery.Queue;

public sealed class DeliveryTransitionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, UncertainPolicy, DeliveryState, double?> Transitions => new()
    {
        { "accepted", UncertainPolicy.Resend, DeliveryState.Sent, null },
        { "rejected", UncertainPolicy.Resend, DeliveryState.Failed, null },
        { "deferred", UncertainPolicy.Resend, DeliveryState.Deferred, 10 },
        { "unreachable", UncertainPolicy.Resend, DeliveryState.Deferred, 1 },
        { "uncertain", UncertainPolicy.Resend, DeliveryState.Deferred, 10 },
        { "uncertain", UncertainPolicy.Hold, DeliveryState.Uncertain, null },
        { "unreachable", UncertainPolicy.Hold, DeliveryState.Deferred, 1 },
    };

    [Theory]
    [MemberData(nameof(Transitions))]
    public void EachOutcomeLeadsToAStateAndPossiblyARetry(
        string outcome, UncertainPolicy policy, DeliveryState state, double? minutes)
    {
        var deliveryTransition = DeliveryTransition.From(
            CreateOutcome(outcome), CreateClaim(attempt: 2, Now.AddHours(24)), Now,
            new DeliveryOptions { OnUncertain = policy }, jitter: 0.5);

        Assert.Equal((state, "said"), (deliveryTransition.State, deliveryTransition.Reply));
        Assert.Equal(minutes is { } m ? Now.AddMinutes(m) : null, deliveryTransition.NextAttemptAt);
    }

    [Theory]
    [InlineData("deferred", "last reply")]
    [InlineData("unreachable", "last problem")]
    [InlineData("uncertain", "last reply")]
    public void NothingIsRetriedAfterItsExpiry(string outcome, string label)
    {
        var claim = CreateClaim(attempt: 3, Now.AddSeconds(30));

        var deliveryTransition = DeliveryTransition.From(
            CreateOutcome(outcome), claim, Now, new DeliveryOptions(), jitter: 0);

        Assert.Equal((DeliveryState.Failed, null), (deliveryTransition.State, deliveryTransition.NextAttemptAt));
        Assert.Equal($"given up after 3 attempts; {label}: said", deliveryTransition.Reply);
    }

    [Theory]
    [InlineData("550 5.1.1 no such user", "550 5.1.1 no such user")]
    [InlineData("given up after 3 attempts; last reply: 450 4.2.2 mailbox full", "450 4.2.2 mailbox full")]
    [InlineData("given up after 3 attempts; last problem: 550 5.1.1 sender rejected: user unknown", null)]
    [InlineData("given up after 3 attempts; last reply: 127.0.0.1:25 did not respond in time", null)]
    [InlineData("not sent before its expiry", null)]
    [InlineData("", null)]
    public void OnlyAReplyAboutTheMessageIsAVerdictOnItsRecipient(string reply, string? verdict) =>
        Assert.Equal(verdict, DeliveryTransition.FindServerReply(reply)?.ToString());

    [Theory]
    [InlineData(1, 5, 0.5, 5)]
    [InlineData(2, 5, 0.5, 10)]
    [InlineData(3, 5, 0.5, 20)]
    [InlineData(6, 5, 0.5, 160)]
    [InlineData(7, 5, 0.5, 240)]
    [InlineData(1_000_000, 5, 0.5, 240)]
    [InlineData(1, 5, 0, 3.75)]
    [InlineData(1, 5, 1, 6.25)]
    [InlineData(9, 5, 1, 300)]
    [InlineData(1, 240, 0.5, 240)]
    public void EachDelayDoublesUpToFourHours(int attempts, int first, double jitter, double minutes) =>
        Assert.Equal(minutes, RetrySchedule.GetDelay(attempts, TimeSpan.FromMinutes(first), jitter).TotalMinutes, 6);

    private static Outcome CreateOutcome(string name) => name switch
    {
        "accepted" => new Outcome.Accepted("said"),
        "rejected" => new Outcome.Rejected("said"),
        "deferred" => new Outcome.Deferred("said"),
        "unreachable" => new Outcome.Unreachable("said"),
        _ => new Outcome.Uncertain("said"),
    };

    private static Claim CreateClaim(int attempt, DateTimeOffset expiresAt) =>
        new(attempt, expiresAt, mailingId: 1, DeliveryState.Sending);
}
