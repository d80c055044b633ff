using TrendingMail.Links;
using TrendingMail.Subscribers;

namespace TrendingMail.Tests.Subscribers;

public sealed class LinkVerifierTests
{
    private static readonly Subscriber Ada = new()
    {
        Id = 7, Address = "ada@example.org", State = SubscriberState.Active, LinkEpoch = 2,
        Preferences = new Preferences(), CreatedAt = DateTimeOffset.UnixEpoch,
    };

    public static TheoryData<LinkPurpose> Purposes => [.. Enum.GetValues<LinkPurpose>()];

    [Theory]
    [MemberData(nameof(Purposes))]
    public void ALinkOfThePresentEpochWorks(LinkPurpose purpose) =>
        Assert.True(Assert.IsType<LinkResult.Valid>(LinkVerifier.Decide(Ada, Link(purpose, epoch: 2))).IsCurrent);

    [Theory]
    [MemberData(nameof(Purposes))]
    public void ARevokedLinkOnlyEndsTheSubscription(LinkPurpose purpose)
    {
        var result = LinkVerifier.Decide(Ada, Link(purpose, epoch: 1));

        var ends = purpose is LinkPurpose.Unsubscribe or LinkPurpose.ReportNotMe;
        Assert.Equal(ends, result is LinkResult.Valid { IsCurrent: false });
        Assert.Equal(!ends, result is LinkResult.Revoked);
    }

    [Theory]
    [MemberData(nameof(Purposes))]
    public void NoLinkWorksWithoutItsSubscriber(LinkPurpose purpose) =>
        Assert.IsType<LinkResult.Revoked>(LinkVerifier.Decide(null, Link(purpose, epoch: 2)));

    private static LinkToken Link(LinkPurpose purpose, int epoch) =>
        new(purpose, Ada.Id, epoch, DateTimeOffset.UnixEpoch);
}
