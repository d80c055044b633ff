using TrendingMail.Delivery.History;

namespace TrendingMail.Tests.Delivery.History;

public sealed class DeliveryProgressTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ItReportsTheProgressSinceTheStartAndTheTimeLeft()
    {
        var progress = new DeliveryProgress(Status(queued: 1000, sent: 50), Start);

        progress.Update(Status(queued: 690, sending: 10, sent: 346, failed: 4), Start.AddSeconds(3));

        Assert.Equal(
            "296 sent, 100 a second, 0 deferred, 4 failed, 700 to go, about 0:00:07 left", progress.ToString());
    }

    [Fact]
    public void TheRateCoversTheLastSecondsOnly()
    {
        var progress = new DeliveryProgress(Status(queued: 1000), Start);
        for (var second = 1; second <= 60; second++)
        {
            progress.Update(Status(queued: 1000 - second, sent: second), Start.AddSeconds(second));
        }

        progress.Update(Status(queued: 840, sent: 160), Start.AddSeconds(61));

        Assert.Equal(11, progress.Rate, 1.0);
    }

    [Fact]
    public void TheTimeLeftIsUnknownWithoutProgress()
    {
        var progress = new DeliveryProgress(Status(queued: 1000), Start);

        progress.Update(Status(queued: 1000), Start.AddSeconds(1));

        Assert.Null(progress.TimeLeft);
        Assert.Equal("0 sent, 0 a second, 0 deferred, 0 failed, 1,000 to go", progress.ToString());
    }

    [Fact]
    public void DeferredDeliveriesAreNotCountedAsRemaining()
    {
        var progress = new DeliveryProgress(Status(queued: 10), Start);

        progress.Update(Status(sent: 7, deferred: 3), Start.AddSeconds(1));

        Assert.Equal(0, progress.Remaining);
        Assert.Equal(TimeSpan.Zero, progress.TimeLeft);
    }

    private static MailingStatus Status(
        long queued = 0, long sending = 0, long sent = 0, long deferred = 0, long failed = 0) => new()
        {
            Kind = "all", Key = "", Queued = queued, Sending = sending, Sent = sent,
            Deferred = deferred, Failed = failed,
            Skipped = 0, Uncertain = 0,
        };
}
