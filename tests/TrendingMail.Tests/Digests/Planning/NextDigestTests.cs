using TrendingMail.Digests.Planning;
using TrendingMail.Editions;
using TrendingMail.Editions.Forecasting;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Tests.Digests.Planning;

public sealed class NextDigestTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private static readonly EditionOutlook Outlook = new()
    {
        Newest = new EditionSummary
        {
            Number = 1, Day = new DateOnly(2026, 11, 23), PublishedAt = Now.AddHours(-10), Sample = false, Papers = 1,
        },
        NewestDueAt = Now.AddHours(-10),
        IsFresh = true,
    };

    private static readonly Subscriber Ada = new()
    {
        Id = 1, Address = "ada@example.org", State = SubscriberState.Active, LinkEpoch = 0,
        Preferences = new Preferences(), CreatedAt = Now, NextDueAt = Now.AddHours(23),
    };

    [Fact]
    public void AReceivedEditionIsNamed() => Assert.Equal(
        "The next digest is due at 2026-11-25 07:00 UTC; the newest edition, of 2026-11-23, has already been queued " +
        "for them.", Explain(Ada, Outlook, hasNewest: true));

    [Fact]
    public void AnEditionThatIsTooOldIsTheReason() => Assert.Contains(
        "the newest edition, of 2026-11-23, is too old to be sent", Explain(Ada, Outlook with { IsFresh = false }),
        StringComparison.Ordinal);

    [Fact]
    public void WaitingForAMissingEditionIsTheReason() => Assert.StartsWith(
        "A digest was due at 2026-11-24 07:00 UTC and waits for an edition that is missing but expected",
        Explain(Ada with { NextDueAt = Now.AddHours(-1) }, Outlook with { ExpectedSince = Now.AddHours(-2) }),
        StringComparison.Ordinal);

    [Fact]
    public void ASuppressionIsTheReason() => Assert.Equal(
        "No digest is sent: the address is suppressed (complaint).",
        Explain(Ada with { Suppression = SuppressionReason.Complaint }, Outlook));

    [Fact]
    public void NotBeingSubscribedIsTheReason() => Assert.Equal(
        "No digest is due: the subscriber is unsubscribed.",
        Explain(Ada with { State = SubscriberState.Unsubscribed, NextDueAt = null }, Outlook));

    private static string Explain(Subscriber subscriber, EditionOutlook outlook, bool hasNewest = false) =>
        NextDigest.Explain(subscriber, new DuePlan(outlook, TimeSpan.FromHours(24), Now), hasNewest);
}
