using System.Net;
using System.Net.Sockets;
using TrendingMail.Worker.Hosting;

namespace TrendingMail.Tests.Hosting;

public sealed class PortsTests
{
    [Fact]
    public void AnOccupiedPortIsToldWithTheWayOut()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        var fault = Assert.Throws<TrendingMailException>(() => Ports.ThrowIfTaken($"http://127.0.0.1:0;{url}"));

        Assert.StartsWith($"Cannot serve at {url}: the port is in use", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFreePortIsFine()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        other.Stop();

        Ports.ThrowIfTaken($"http://127.0.0.1:{port};http://localhost:{port}");
    }
}
