using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Import;

namespace TrendingMail.Tests.Subscribers.Import;

public sealed class ImportDecisionTests
{
    private static readonly SubscriberState?[] Known = [null, .. Enum.GetValues<SubscriberState>()];

    [Fact]
    public void WhoLeftIsNeverBroughtBackWhateverTheListSays() => Assert.All(Enum.GetValues<SubscriberState>(), wanted =>
        Assert.True(ImportDecision.Of(SubscriberState.Unsubscribed, false, false, wanted) is ImportAction.Left or ImportAction.Known));

    [Fact]
    public void WhoWasErasedIsNeverAdded() => Assert.All(Enum.GetValues<SubscriberState>(), wanted =>
        Assert.Equal(ImportAction.Erased, ImportDecision.Of(null, false, true, wanted)));

    [Fact]
    public void NoSubscribedReaderIsMadeOfASuppressedAddress() => Assert.All(
        from known in Known
        from wanted in (SubscriberState[])[SubscriberState.Pending, SubscriberState.Active, SubscriberState.Paused]
        select ImportDecision.Of(known, true, false, wanted),
        action => Assert.True(action is not (ImportAction.Add or ImportAction.Confirm)));

    [Theory]
    [InlineData(null, SubscriberState.Active, ImportAction.Add)]
    [InlineData(null, SubscriberState.Unsubscribed, ImportAction.Add)]
    [InlineData(SubscriberState.Pending, SubscriberState.Pending, ImportAction.Known)]
    [InlineData(SubscriberState.Pending, SubscriberState.Active, ImportAction.Confirm)]
    [InlineData(SubscriberState.Pending, SubscriberState.Unsubscribed, ImportAction.OptOut)]
    [InlineData(SubscriberState.Active, SubscriberState.Pending, ImportAction.Known)]
    [InlineData(SubscriberState.Active, SubscriberState.Paused, ImportAction.Known)]
    [InlineData(SubscriberState.Paused, SubscriberState.Active, ImportAction.Known)]
    [InlineData(SubscriberState.Active, SubscriberState.Unsubscribed, ImportAction.OptOut)]
    public void OthersAreAddedConfirmedOptedOutOrLeftAsTheyAre(
        SubscriberState? known, SubscriberState wanted, ImportAction action) =>
        Assert.Equal(action, ImportDecision.Of(known, false, false, wanted));

    [Theory]
    [InlineData(null, false, null, SubscriberState.Pending)]
    [InlineData(null, true, null, SubscriberState.Active)]
    [InlineData(SubscriberState.Active, false, null, SubscriberState.Pending)]
    [InlineData(SubscriberState.Active, false, ConsentKind.Confirmed, SubscriberState.Active)]
    [InlineData(SubscriberState.Active, false, ConsentKind.Unsubscribed, SubscriberState.Pending)]
    [InlineData(SubscriberState.Active, false, ConsentKind.Disowned, SubscriberState.Pending)]
    [InlineData(SubscriberState.Active, false, ConsentKind.Requested, SubscriberState.Pending)]
    [InlineData(SubscriberState.Paused, false, ConsentKind.Returned, SubscriberState.Paused)]
    [InlineData(SubscriberState.Pending, true, null, SubscriberState.Pending)]
    [InlineData(SubscriberState.Unsubscribed, true, null, SubscriberState.Unsubscribed)]
    public void BeingSubscribedNeedsAConsentOrTheOperatorsWord(
        SubscriberState? state, bool isConfirmed, ConsentKind? last, SubscriberState wanted)
    {
        Assert.True(EmailAddress.TryParse("ada@example.org", out var address, out _));
        var reader = new ListedReader
        {
            Address = address,
            Preferences = new Preferences(),
            State = state,
            Consent = last is { } kind ? [new ConsentEvent { Id = 0, Kind = kind, At = DateTimeOffset.UnixEpoch, Origin = "web" }] : [],
        };

        Assert.Equal(wanted, ImportDecision.Wanted(reader, isConfirmed));
    }
}
