using Microsoft.Extensions.Time.Testing;
using TrendingMail.Delivery;

namespace TrendingMail.Tests.Delivery;

public sealed class DomainPacesTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    private DomainPaces Paces(params DomainOptions[] limits) => new(limits, clock);

    [Fact]
    public void NothingHoldsADomainBackThatTakesItsMail()
    {
        var paces = Paces();
        paces.Accepted("fast.example");

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Null(paces.Turn("fast.example")));
    }

    [Fact]
    public void ADomainThatDefersSlowsDownAlone()
    {
        var paces = Paces();

        paces.Deferred("slow.example");

        Assert.Equal(2, paces.RateOf("slow.example"));
        Assert.Null(paces.Turn("Slow.example"));
        Assert.Equal(clock.GetUtcNow().AddSeconds(0.5), paces.Turn("slow.example"));
        Assert.Equal(clock.GetUtcNow().AddSeconds(1), paces.Turn("slow.example"));
        Assert.Null(paces.Turn("fast.example"));
    }

    [Fact]
    public void ABurstOfDeferralsIsOneSign()
    {
        var paces = Paces();
        for (var i = 0; i < 100; i++)
        {
            paces.Deferred("slow.example");
        }

        Assert.Equal(2, paces.RateOf("slow.example"));
    }

    [Fact]
    public void EachFurtherSignHalvesThePaceButNeverToNothing()
    {
        var paces = Paces();
        var rates = new List<double?>();
        for (var i = 0; i < 6; i++)
        {
            paces.Deferred("slow.example");
            rates.Add(paces.RateOf("slow.example"));
            clock.Advance(Period);
        }

        Assert.Equal([2, 1, 0.5, 0.25, 0.2, 0.2], rates);
    }

    [Fact]
    public void ItSpeedsUpByStepsUntilItIsFree()
    {
        var paces = Paces();
        paces.Deferred("slow.example");
        var steps = 0;
        while (paces.RateOf("slow.example") is not null)
        {
            clock.Advance(Period);
            paces.Accepted("slow.example");
            steps++;
        }

        Assert.Equal(36, steps);
        Assert.Null(paces.Turn("slow.example"));
    }

    [Fact]
    public void ALimitOfTheSettingsIsNeverPassed()
    {
        var paces = Paces(new DomainOptions { Domain = "small.example", MaxPerMinute = 60 });
        paces.Deferred("small.example");
        Assert.Equal(0.5, paces.RateOf("small.example"));
        for (var i = 0; i < 10; i++)
        {
            clock.Advance(Period);
            paces.Accepted("small.example");
        }

        Assert.Equal(1, paces.RateOf("small.example"));
        Assert.Null(paces.Turn("small.example"));
        Assert.Equal(clock.GetUtcNow().AddSeconds(1), paces.Turn("small.example"));
    }
}
