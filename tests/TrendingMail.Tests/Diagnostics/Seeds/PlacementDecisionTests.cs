using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Diagnostics.Seeds.Mailboxes;

namespace TrendingMail.Tests.Diagnostics.Seeds;

public sealed class PlacementDecisionTests
{
    private static readonly DateTimeOffset HandedOver = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static readonly FoundMessage InSpam = new(Placement.Spam, "Junk", HandedOver.AddMinutes(2), null);

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public void AMessageThatIsFoundHasItsResult(int minutes)
    {
        var decision = PlacementDecision.From(SeedMessages.Sent(HandedOver), InSpam, HandedOver.AddMinutes(minutes));

        Assert.Equal(new PlacementDecision(Placement.Spam, InSpam, null, null), decision);
    }

    [Theory]
    [InlineData(1, 3.5)]
    [InlineData(58, 60)]
    public void AMessageIsLookedForEveryFewMinutesAndOnceMoreAtTheEndOfTheHour(int minutes, double next) =>
        Assert.Equal(
            new PlacementDecision(Placement.Pending, null, null, HandedOver.AddMinutes(next)),
            PlacementDecision.From(SeedMessages.Sent(HandedOver), null, HandedOver.AddMinutes(minutes)));

    [Fact]
    public void AMessageInNoFolderAfterAnHourIsMissing() => Assert.Equal(
        new PlacementDecision(Placement.Missing, null, null, null),
        PlacementDecision.From(SeedMessages.Sent(HandedOver), null, HandedOver.AddMinutes(60)));

    [Fact]
    public void AMessageThatMayNotHaveLeftIsNotMissing() => Assert.Equal(
        Placement.Unknown,
        PlacementDecision.From(
            SeedMessages.Sent(HandedOver) with { State = DeliveryState.Uncertain }, null, HandedOver.AddMinutes(60))
            .Placement);

    [Fact]
    public void AMailboxThatCannotBeReadIsTriedAgainAndThenUnknownWithTheReason()
    {
        var message = SeedMessages.Sent(HandedOver);

        Assert.Equal(
            new PlacementDecision(Placement.Pending, null, "wrong password", HandedOver.AddMinutes(19.5)),
            PlacementDecision.FromFailure(message, "wrong password", HandedOver.AddMinutes(10)));
        Assert.Equal(
            new PlacementDecision(Placement.Unknown, null, "wrong password", null),
            PlacementDecision.FromFailure(message, "wrong password", HandedOver.AddMinutes(60)));
    }
}
