using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Worker.Hosting;

/// <summary>Finds an occupied port before the server does, which would tell it in forty lines.</summary>
internal static class Ports
{
    /// <exception cref="TrendingMailException">Another program listens at one of the addresses.</exception>
    public static void ThrowIfTaken(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var address = BindingAddress.Parse(url);
            if (address.Port != 0 && IsTaken(new IPEndPoint(
                IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip
                    : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any,
                address.Port)))
            {
                throw Taken(url);
            }
        }
    }

    public static TrendingMailException Taken(string url, Exception? cause = null) =>
        new($"Cannot serve at {url}: the port is in use by another program. End it, or choose another address with the " +
            "setting Urls (environment variable Urls=http://localhost:5081).", cause!);

    private static bool IsTaken(IPEndPoint endpoint)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As the server binds: connections of an earlier run that still linger do not count.
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
