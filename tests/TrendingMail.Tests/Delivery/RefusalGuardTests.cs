using Microsoft.Extensions.Time.Testing;
using TrendingMail.Delivery;

namespace TrendingMail.Tests.Delivery;

public sealed class RefusalGuardTests
{
    private const string Domain = "example.org";

    private const string Server = "relay:25";

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));
    private readonly RefusalGuard guard;

    public RefusalGuardTests()
    {
        guard = new RefusalGuard(clock);
    }

    [Fact]
    public void AFewRefusalsAreTheReaders()
    {
        Assert.All(Enumerable.Range(0, 4), _ => Assert.False(guard.Refused(Domain, Server).IsHeld));
        Assert.Null(guard.RestOf(Domain));
    }

    [Fact]
    public void ADomainThatRefusesMostOfOurMailRests()
    {
        var cautions = Enumerable.Range(0, 8).Select(_ => guard.Refused(Domain, Server)).ToArray();

        Assert.Equal([false, false, false, false, true, true, true, true], cautions.Select(caution => caution.IsHeld));
        Assert.Equal(clock.GetUtcNow().AddMinutes(15), Assert.Single(cautions, caution => caution.DomainRests is not null).DomainRests);
        Assert.Equal(clock.GetUtcNow().AddMinutes(15), guard.RestOf(Domain.ToUpperInvariant()));
        Assert.Null(guard.RestOf("example.net"));
        Assert.All(cautions, caution => Assert.Null(caution.ServerRests));
    }

    [Fact]
    public void ADomainThatTakesMostOfOurMailGoesOn()
    {
        guard.Refused(Domain, Server);
        for (var i = 0; i < 20; i++)
        {
            guard.Accepted(Domain, Server);
        }

        Assert.All(Enumerable.Range(0, 10), _ => Assert.False(guard.Refused(Domain, Server).IsHeld));
    }

    [Fact]
    public void RefusalsOverALongTimeAreNoSign()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.False(guard.Refused(Domain, Server).IsHeld);
            clock.Advance(TimeSpan.FromMinutes(4));
        }
    }

    [Fact]
    public void AfterTheRestOneRefusalBeginsALongerOne()
    {
        Trip();
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Null(guard.RestOf(Domain));

        Assert.True(guard.Refused(Domain, Server).IsHeld);

        Assert.Equal(clock.GetUtcNow().AddMinutes(30), guard.RestOf(Domain));
    }

    [Fact]
    public void ARestThatAnotherNodeBeganHoldsAndTheNextIsLonger()
    {
        guard.DomainRests(Domain, clock.GetUtcNow().AddMinutes(10), since: clock.GetUtcNow().AddMinutes(-20));
        guard.ServerRests(Server, clock.GetUtcNow().AddMinutes(-1), since: clock.GetUtcNow().AddMinutes(-16));

        Assert.Equal(clock.GetUtcNow().AddMinutes(10), guard.RestOf(Domain));
        Assert.True(guard.Refused(Domain, Server).IsHeld);
        Assert.False(guard.Refused("other.example", Server).IsHeld);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(clock.GetUtcNow().AddMinutes(60), guard.Refused(Domain, Server).DomainRests);
    }

    [Fact]
    public void AShorterRestOfAnotherNodeEndsNoLongerOne()
    {
        Trip();

        guard.DomainRests(Domain, clock.GetUtcNow().AddMinutes(5), since: clock.GetUtcNow());

        Assert.Equal(clock.GetUtcNow().AddMinutes(15), guard.RestOf(Domain));
    }

    [Fact]
    public void WhoTakesMailAgainIsTrustedAgain()
    {
        Trip();
        clock.Advance(TimeSpan.FromMinutes(15));
        for (var i = 0; i < 5; i++)
        {
            guard.Accepted(Domain, Server);
        }

        Assert.False(guard.Refused(Domain, Server).IsHeld);
        Assert.Null(guard.RestOf(Domain));
    }

    [Fact]
    public void AServerThatRefusesUsForSeveralDomainsRests()
    {
        var cautions = Enumerable.Range(0, 12).Select(i => guard.Refused($"domain{i}.example", Server)).ToArray();

        Assert.Equal(9, cautions.Count(caution => !caution.IsHeld));
        Assert.Equal(clock.GetUtcNow().AddMinutes(15), Assert.Single(cautions, caution => caution.ServerRests is not null).ServerRests);
        Assert.False(guard.Refused("other.example", "other:25").IsHeld);
    }

    private void Trip()
    {
        for (var i = 0; i < 5; i++)
        {
            guard.Refused(Domain, Server);
        }
    }
}
