using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Worker.Hosting;

/// <summary>Finds out whether the addresses can be served before Kestrel does, whose report is a stack trace.</summary>
internal static class Ports
{
    private const string Remedy =
        "choose another address with the setting Urls (for example, environment variable Urls=http://localhost:5081).";

    /// <exception cref="TrendingMailException">One of the addresses cannot be served.</exception>
    public static void ThrowIfUnavailable(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var address = BindingAddress.Parse(url);
            if (!address.IsUnixPipe && !address.IsNamedPipe && address.Port != 0)
            {
                ThrowIfUnavailable(url, new IPEndPoint(
                    IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip
                        : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any,
                    address.Port));
            }
        }
    }

    /// <summary>What the operator can do about an error with which Kestrel did not start.</summary>
    public static TrendingMailException CreateError(string urls, Exception cause) => cause.GetBaseException() switch
    {
        SocketException e => CreateError(urls, e),
        Exception e when e.Message.Contains("HTTPS", StringComparison.Ordinal) => new TrendingMailException(
            $"Cannot serve {urls}: there is no certificate for https. Name one in Kestrel:Certificates:Default:Path " +
            "(and Password), or serve http behind a reverse proxy that has one.", e),
        var e => new TrendingMailException($"Cannot serve {urls}: {e.Message.Split('\n')[0].Trim()}", e),
    };

    internal static TrendingMailException CreateError(string url, SocketException cause) =>
        new($"Cannot listen on {url}: {cause.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => "the port is in use by another program. Stop that program, or " + Remedy,
            SocketError.AccessDenied => "this user may not use the port. Ports below 1024 need the right " +
                "CAP_NET_BIND_SERVICE or a reverse proxy; otherwise " + Remedy,
            SocketError.AddressNotAvailable => "this machine does not have the address. Use one of its own addresses, " +
                "0.0.0.0 for all of them, or " + Remedy,
            _ => $"{cause.Message.TrimEnd('.')}. Check the address, or " + Remedy,
        }}", cause);

    private static void ThrowIfUnavailable(string url, IPEndPoint endpoint)
    {
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

            // As Kestrel does: ignores connections of an earlier run in TIME_WAIT.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(endpoint);
        }
        catch (SocketException e)
        {
            throw CreateError(url, e);
        }
    }
}
