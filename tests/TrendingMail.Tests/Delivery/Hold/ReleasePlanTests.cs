using TrendingMail.Delivery;
using TrendingMail.Delivery.Hold;

namespace TrendingMail.Tests.Delivery.Hold;

public sealed class ReleasePlanTests
{
    private static readonly DeliveryHold Hold = new()
    {
        BackupAt = new DateTimeOffset(2026, 12, 1, 6, 0, 0, TimeSpan.Zero),
        HeldAt = new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.Zero),
    };

    private static readonly UnfinishedDelivery Daily = new()
    {
        Id = 7, Kind = "daily", Key = "2026-12-01", Address = "Ada@example.org", State = DeliveryState.Queued,
        QueuedAt = Hold.BackupAt,
    };

    [Fact]
    public void WithoutALogEveryWaitingDigestMayHaveBeenSent()
    {
        var later = Daily with { Id = 8, QueuedAt = Hold.HeldAt.AddMinutes(1) };

        var plan = ReleasePlan.Create(Hold, [Daily, later], null);

        Assert.Equal([Daily, later], plan.MayHaveBeenSent);
        Assert.Empty(plan.Unsent);
    }

    [Fact]
    public void ANoticeQueuedByTheRestoredCopyWasCertainlyNotSent()
    {
        var before = Daily with { Kind = "welcome", Key = "3" };
        var after = before with { Key = "4", QueuedAt = Hold.HeldAt.AddMinutes(1) };

        var plan = ReleasePlan.Create(Hold, [before, after], null);

        Assert.Equal([before], plan.MayHaveBeenSent);
        Assert.Equal([after], plan.Unsent);
    }

    [Fact]
    public void AnUncertainDeliveryStaysUncertainUnlessTheLogHasIt()
    {
        var uncertain = Daily with { State = DeliveryState.Uncertain };

        Assert.Empty(ReleasePlan.Create(Hold, [uncertain], null).MayHaveBeenSent);
        Assert.Empty(ReleasePlan.Create(Hold, [uncertain], []).Unsent);
        Assert.Single(ReleasePlan.Create(Hold, [uncertain], Log("daily-2026-12-01.7@x", "ada@example.org")).Logged);
    }

    [Theory]
    [InlineData("daily-2026-12-01.99@example.org", "ada@EXAMPLE.org", true)]
    [InlineData("daily-2026-12-01.7@example.org", "grace@example.org", false)]
    [InlineData("daily-2026-11-30.7@example.org", "ada@example.org", false)]
    [InlineData("weekly-2026-12-01.7@example.org", "ada@example.org", false)]
    [InlineData("test-2026-12-01.7@example.org", "ada@example.org", false)]
    [InlineData("someone-elses@example.org", "ada@example.org", false)]
    [InlineData("daily-2026-12-01.7@example.org", null, true)]
    [InlineData("daily-2026-12-01.8@example.org", null, false)]
    public void ADeliveryIsLoggedByMailingAndRecipientOrElseById(string messageId, string? recipient, bool isLogged)
    {
        var plan = ReleasePlan.Create(Hold, [Daily], Log(messageId, recipient));

        Assert.Equal(isLogged, plan.Logged.Count == 1);
        Assert.Equal(isLogged, plan.Unsent.Count == 0);
        Assert.Empty(plan.MayHaveBeenSent);
    }

    /// <summary>The lost installation gave the same id to somebody else.</summary>
    [Fact]
    public void AnIdGivenOutAfterTheBackupIsNotCompared()
    {
        var later = Daily with { QueuedAt = Hold.BackupAt.AddMinutes(1) };

        Assert.Empty(ReleasePlan.Create(Hold, [later], Log("daily-2026-12-01.7@example.org", null)).Logged);
    }

    private static IReadOnlyList<LoggedMessage> Log(string messageId, string? recipient) =>
        ReleasePlan.FindOurs([new AcceptedMessage(messageId, recipient is null ? [] : [recipient])]);
}
