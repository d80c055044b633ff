using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Worker.Hosting;

/// <summary>Detects an occupied port before Kestrel does, whose report is a 40-line stack trace.</summary>
internal static class Ports
{
    /// <exception cref="TrendingMailException">Another program listens on one of the addresses.</exception>
    public static void ThrowIfInUse(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var address = BindingAddress.Parse(url);
            if (address.Port != 0 && IsInUse(new IPEndPoint(
                IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip
                    : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any,
                address.Port)))
            {
                throw InUseError(url);
            }
        }
    }

    public static TrendingMailException InUseError(string url, Exception? cause = null) =>
        new($"Cannot listen on {url}: the port is in use by another program. Stop that program, or choose another " +
            "address with the setting Urls (for example, environment variable Urls=http://localhost:5081).", cause!);

    private static bool IsInUse(IPEndPoint endpoint)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Kestrel does: ignores connections of an earlier run in TIME_WAIT.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(endpoint);
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return true;
        }
    }
}
