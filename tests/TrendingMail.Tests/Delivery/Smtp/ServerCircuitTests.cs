using Microsoft.Extensions.Time.Testing;
using TrendingMail.Delivery.Smtp;

namespace TrendingMail.Tests.Delivery.Smtp;

public sealed class ServerCircuitTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void AServerThatFailedIsLeftAloneForAWhile()
    {
        var circuit = new ServerCircuit(clock);
        Assert.True(circuit.TryEnter());
        circuit.Failed("no route");

        Assert.False(circuit.TryEnter());
        Assert.Equal("no route", circuit.Reason);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(circuit.TryEnter());
    }

    [Fact]
    public void OneTriesItForAll()
    {
        var circuit = new ServerCircuit(clock);
        circuit.Failed("no route");
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(circuit.TryEnter());
        Assert.False(circuit.TryEnter());
        circuit.Succeeded();
        Assert.True(circuit.TryEnter());
        Assert.True(circuit.TryEnter());
        Assert.Null(circuit.Reason);
    }

    [Fact]
    public void EachFailureDoublesTheRestUpToAMinute()
    {
        var circuit = new ServerCircuit(clock);
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            circuit.Failed("no route");
            clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.False(circuit.TryEnter());
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(circuit.TryEnter());
        }
    }
}
