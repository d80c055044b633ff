using TrendingMail.SignUp.AccountLinks;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Tests.SignUp.AccountLinks;

public sealed class AccountLinkDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static readonly Subscriber Ada = new()
    {
        Id = 7, Address = "ada@example.org", State = SubscriberState.Active, LinkEpoch = 0,
        Preferences = new Preferences(), CreatedAt = DateTimeOffset.UnixEpoch,
    };

    [Theory]
    [InlineData(59, AccountLinkResult.SentBefore)]
    [InlineData(60, AccountLinkResult.Sent)]
    public void AnActionIsMailedOneLinkAnHour(int minutes, AccountLinkResult result) =>
        Assert.Equal(result, Decide(Ada, Earlier(AccountAction.Export, minutes)));

    [Fact]
    public void AnotherActionIsMailedALinkAtOnce() =>
        Assert.Equal(AccountLinkResult.Sent, Decide(Ada, Earlier(AccountAction.Erase, 1)));

    [Fact]
    public void ASubscriberIsMailedThreeLinksADay() => Assert.Equal(AccountLinkResult.SentBefore, Decide(
        Ada, Earlier(AccountAction.Erase, 100), Earlier(AccountAction.Move, 200),
        Earlier(AccountAction.Move, 300)));

    [Theory]
    [InlineData(SubscriberState.Active, AccountLinkResult.Sent)]
    [InlineData(SubscriberState.Paused, AccountLinkResult.Sent)]
    [InlineData(SubscriberState.Unsubscribed, AccountLinkResult.Sent)]
    [InlineData(SubscriberState.Pending, AccountLinkResult.Undeliverable)]
    public void WhoeverOnceConfirmedIsMailedALink(SubscriberState state, AccountLinkResult result) =>
        Assert.Equal(result, Decide(Ada with { State = state }));

    [Fact]
    public void ASuppressedOrErasedSubscriberIsNotMailed()
    {
        Assert.Equal(AccountLinkResult.Undeliverable, Decide(Ada with { Suppression = SuppressionReason.Operator }));
        Assert.Equal(AccountLinkResult.Undeliverable, Decide(null));
    }

    private static AccountLinkResult Decide(Subscriber? subscriber, params AccountLinkRequest[] earlier) =>
        AccountLinkFlow.Decide(subscriber, AccountAction.Export, earlier, Now);

    private static AccountLinkRequest Earlier(AccountAction action, int minutes) =>
        new() { Id = minutes, Action = action, RequestedAt = Now.AddMinutes(-minutes) };
}
