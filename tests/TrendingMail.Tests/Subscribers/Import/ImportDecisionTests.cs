using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Import;
using TrendingMail.Subscribers.Import.Lines;

namespace TrendingMail.Tests.Subscribers.Import;

public sealed class ImportDecisionTests
{
    private static readonly SubscriberState?[] CurrentStates = [null, .. Enum.GetValues<SubscriberState>()];

    [Fact]
    public void AnUnsubscribedSubscriberIsNeverResubscribed() =>
        Assert.All(Enum.GetValues<SubscriberState>(), requested =>
        Assert.True(ImportDecision.Decide(SubscriberState.Unsubscribed, false, false,
            requested) is ImportAction.Unsubscribed or ImportAction.Unchanged));

    [Fact]
    public void AnErasedSubscriberIsNeverAdded() => Assert.All(Enum.GetValues<SubscriberState>(), requested =>
        Assert.Equal(ImportAction.Erased, ImportDecision.Decide(null, false, true, requested)));

    [Fact]
    public void ASuppressedAddressIsNeverSubscribed() => Assert.All(
        from current in CurrentStates
        from requested in (SubscriberState[])[SubscriberState.Pending, SubscriberState.Active, SubscriberState.Paused]
        select ImportDecision.Decide(current, true, false, requested),
        action => Assert.True(action is not (ImportAction.Add or ImportAction.Confirm)));

    [Theory]
    [InlineData(null, SubscriberState.Active, ImportAction.Add)]
    [InlineData(null, SubscriberState.Unsubscribed, ImportAction.Add)]
    [InlineData(SubscriberState.Pending, SubscriberState.Pending, ImportAction.Unchanged)]
    [InlineData(SubscriberState.Pending, SubscriberState.Active, ImportAction.Confirm)]
    [InlineData(SubscriberState.Pending, SubscriberState.Unsubscribed, ImportAction.OptOut)]
    [InlineData(SubscriberState.Active, SubscriberState.Pending, ImportAction.Unchanged)]
    [InlineData(SubscriberState.Active, SubscriberState.Paused, ImportAction.Unchanged)]
    [InlineData(SubscriberState.Paused, SubscriberState.Active, ImportAction.Unchanged)]
    [InlineData(SubscriberState.Active, SubscriberState.Unsubscribed, ImportAction.OptOut)]
    public void OthersAreAddedConfirmedOptedOutOrUnchanged(
        SubscriberState? current, SubscriberState requested, ImportAction action) =>
        Assert.Equal(action, ImportDecision.Decide(current, false, false, requested));

    [Theory]
    [InlineData(null, false, null, SubscriberState.Pending)]
    [InlineData(null, true, null, SubscriberState.Active)]
    [InlineData(SubscriberState.Active, false, null, SubscriberState.Pending)]
    [InlineData(SubscriberState.Active, false, ConsentKind.Confirmed, SubscriberState.Active)]
    [InlineData(SubscriberState.Active, false, ConsentKind.Unsubscribed, SubscriberState.Pending)]
    [InlineData(SubscriberState.Active, false, ConsentKind.Disputed, SubscriberState.Pending)]
    [InlineData(SubscriberState.Active, false, ConsentKind.Requested, SubscriberState.Pending)]
    [InlineData(SubscriberState.Paused, false, ConsentKind.Resubscribed, SubscriberState.Paused)]
    [InlineData(SubscriberState.Pending, true, null, SubscriberState.Pending)]
    [InlineData(SubscriberState.Unsubscribed, true, null, SubscriberState.Unsubscribed)]
    public void AnActiveSubscriptionRequiresConsentOrTheOperatorsConfirmation(
        SubscriberState? state, bool isConfirmed, ConsentKind? lastConsent, SubscriberState expected)
    {
        Assert.True(EmailAddress.TryParse("ada@example.org", out var address, out _));
        var imported = new ImportedSubscriber
        {
            Address = address,
            Preferences = new Preferences(),
            State = state,
            Consent = lastConsent is { } kind
                ? [new ConsentEvent { Id = 0, Kind = kind, At = DateTimeOffset.UnixEpoch, Origin = "web" }] : [],
        };

        Assert.Equal(expected, ImportDecision.RequestedState(imported, isConfirmed));
    }
}
