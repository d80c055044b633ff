using Microsoft.Extensions.Time.Testing;
using TrendingMail.Delivery.Throttling;

namespace TrendingMail.Tests.Delivery.Throttling;

public sealed class ReputationCircuitBreakerTests
{
    private const string Domain = "example.org";

    private const string Server = "relay:25";

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));
    private readonly ReputationCircuitBreaker breaker;

    public ReputationCircuitBreakerTests()
    {
        breaker = new ReputationCircuitBreaker(clock);
    }

    [Fact]
    public void AFewRejectionsDoNotPauseTheDomain()
    {
        Assert.All(Enumerable.Range(0, 4), _ => Assert.False(breaker.RecordRejected(Domain, Server).ShouldRetry));
        Assert.Null(breaker.GetPausedUntil(Domain));
    }

    [Fact]
    public void ADomainThatRejectsMostOfOurMailIsPaused()
    {
        var effects = Enumerable.Range(0, 8).Select(_ => breaker.RecordRejected(Domain, Server)).ToArray();

        Assert.Equal(
            [false, false, false, false, true, true, true, true], effects.Select(effect => effect.ShouldRetry));
        Assert.Equal(clock.GetUtcNow().AddMinutes(15),
            Assert.Single(effects, effect => effect.DomainPausedUntil is not null).DomainPausedUntil);
        Assert.Equal(clock.GetUtcNow().AddMinutes(15), breaker.GetPausedUntil(Domain.ToUpperInvariant()));
        Assert.Null(breaker.GetPausedUntil("example.net"));
        Assert.All(effects, effect => Assert.Null(effect.ServerPausedUntil));
    }

    [Fact]
    public void ADomainThatAcceptsMostOfOurMailIsNotPaused()
    {
        breaker.RecordRejected(Domain, Server);
        for (var i = 0; i < 20; i++)
        {
            breaker.RecordAccepted(Domain, Server);
        }

        Assert.All(Enumerable.Range(0, 10), _ => Assert.False(breaker.RecordRejected(Domain, Server).ShouldRetry));
    }

    [Fact]
    public void RejectionsSpreadOverALongTimeDoNotPauseTheDomain()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.False(breaker.RecordRejected(Domain, Server).ShouldRetry);
            clock.Advance(TimeSpan.FromMinutes(4));
        }
    }

    [Fact]
    public void AfterThePauseOneRejectionStartsALongerOne()
    {
        Trip();
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Null(breaker.GetPausedUntil(Domain));

        Assert.True(breaker.RecordRejected(Domain, Server).ShouldRetry);

        Assert.Equal(clock.GetUtcNow().AddMinutes(30), breaker.GetPausedUntil(Domain));
    }

    [Fact]
    public void APauseStartedByAnotherNodeAppliesAndTheNextIsLonger()
    {
        breaker.PauseDomain(Domain, clock.GetUtcNow().AddMinutes(10), since: clock.GetUtcNow().AddMinutes(-20));
        breaker.PauseServer(Server, clock.GetUtcNow().AddMinutes(-1), since: clock.GetUtcNow().AddMinutes(-16));

        Assert.Equal(clock.GetUtcNow().AddMinutes(10), breaker.GetPausedUntil(Domain));
        Assert.True(breaker.RecordRejected(Domain, Server).ShouldRetry);
        Assert.False(breaker.RecordRejected("other.example", Server).ShouldRetry);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(clock.GetUtcNow().AddMinutes(60), breaker.RecordRejected(Domain, Server).DomainPausedUntil);
    }

    [Fact]
    public void AShorterPauseFromAnotherNodeDoesNotEndALongerOne()
    {
        Trip();

        breaker.PauseDomain(Domain, clock.GetUtcNow().AddMinutes(5), since: clock.GetUtcNow());

        Assert.Equal(clock.GetUtcNow().AddMinutes(15), breaker.GetPausedUntil(Domain));
    }

    [Fact]
    public void ADomainThatAcceptsMailAgainIsReset()
    {
        Trip();
        clock.Advance(TimeSpan.FromMinutes(15));
        for (var i = 0; i < 5; i++)
        {
            breaker.RecordAccepted(Domain, Server);
        }

        Assert.False(breaker.RecordRejected(Domain, Server).ShouldRetry);
        Assert.Null(breaker.GetPausedUntil(Domain));
    }

    [Fact]
    public void AServerThatRejectsUsForSeveralDomainsIsPaused()
    {
        var effects = Enumerable.Range(0, 12)
            .Select(i => breaker.RecordRejected($"domain{i}.example", Server)).ToArray();

        Assert.Equal(9, effects.Count(effect => !effect.ShouldRetry));
        Assert.Equal(clock.GetUtcNow().AddMinutes(15),
            Assert.Single(effects, effect => effect.ServerPausedUntil is not null).ServerPausedUntil);
        Assert.False(breaker.RecordRejected("other.example", "other:25").ShouldRetry);
    }

    private void Trip()
    {
        for (var i = 0; i < 5; i++)
        {
            breaker.RecordRejected(Domain, Server);
        }
    }
}
