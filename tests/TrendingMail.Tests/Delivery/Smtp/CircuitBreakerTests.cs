using Microsoft.Extensions.Time.Testing;
using TrendingMail.Delivery.Smtp;

namespace TrendingMail.Tests.Delivery.Smtp;

public sealed class CircuitBreakerTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void AFailedServerIsNotTriedDuringItsCooldown()
    {
        var circuit = new CircuitBreaker(clock);
        Assert.True(circuit.TryEnter());
        circuit.RecordFailure("no route");

        Assert.False(circuit.TryEnter());
        Assert.Equal("no route", circuit.Reason);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(circuit.TryEnter());
    }

    [Fact]
    public void OnlyOneConnectionProbesTheServer()
    {
        var circuit = new CircuitBreaker(clock);
        circuit.RecordFailure("no route");
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(circuit.TryEnter());
        Assert.False(circuit.TryEnter());
        circuit.RecordSuccess();
        Assert.True(circuit.TryEnter());
        Assert.True(circuit.TryEnter());
        Assert.Null(circuit.Reason);
    }

    [Fact]
    public void EachFailureDoublesTheCooldownUpToAMinute()
    {
        var circuit = new CircuitBreaker(clock);
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            circuit.RecordFailure("no route");
            clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.False(circuit.TryEnter());
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(circuit.TryEnter());
        }
    }
}
