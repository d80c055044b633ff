using System.Net;
using System.Net.Sockets;
using TrendingMail.Worker.Hosting;

namespace TrendingMail.Tests.Hosting;

public sealed class PortsTests
{
    [Fact]
    public void AnOccupiedPortIsReportedWithTheRemedy()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        var error = Assert.Throws<TrendingMailException>(() => Ports.ThrowIfInUse($"http://127.0.0.1:0;{url}"));

        Assert.StartsWith($"Cannot listen on {url}: the port is in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFreePortIsAccepted()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        other.Stop();

        Ports.ThrowIfInUse($"http://127.0.0.1:{port};http://localhost:{port}");
    }
}
