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

        var error = Assert.Throws<TrendingMailException>(
            () => Ports.ThrowIfUnavailable($"http://127.0.0.1:0;{url}", "ManagementUrls"));

        Assert.StartsWith($"Cannot listen on {url}: the port is in use", error.Message, StringComparison.Ordinal);
        Assert.Contains("ManagementUrls=http://localhost:5090", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFreePortIsAccepted()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        other.Stop();

        Ports.ThrowIfUnavailable($"http://127.0.0.1:{port};http://localhost:{port}", "Urls");
    }

    [Fact]
    public void AnAddressThatIsNotOfThisMachineIsReportedWithTheRemedy()
    {
        var error = Assert.Throws<TrendingMailException>(
            () => Ports.ThrowIfUnavailable("http://192.0.2.7:5099", "Urls"));

        Assert.StartsWith("Cannot listen on http://192.0.2.7:5099: this machine does not have the address.",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APortThatTheUserMayNotUseIsReportedWithTheRemedy()
    {
        var error = Ports.CreateError("http://*:80", "Urls", new SocketException((int)SocketError.AccessDenied));

        Assert.Contains("CAP_NET_BIND_SERVICE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingCertificateIsReportedWithoutAStackTrace()
    {
        var error = Ports.CreateError("https://localhost:5443", "Urls", new InvalidOperationException(
            "Unable to configure HTTPS endpoint. No server certificate was specified."));

        Assert.Contains("Kestrel:Certificates:Default:Path", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnyOtherErrorIsReportedInOneLine()
    {
        var error = Ports.CreateError("http://localhost:1", "Urls", new IOException("First.\nSecond."));

        Assert.Equal("Cannot serve http://localhost:1: First.", error.Message);
    }
}
