using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Worker.Hosting;

/// <summary>Finds out whether the addresses can be served before Kestrel does, whose report is a stack trace.</summary>
internal static class Ports
{
    /// <exception cref="TrendingMailException">One of the addresses cannot be served.</exception>
    /// <param name="setting">The setting that holds the addresses.</param>
    public static void ThrowIfUnavailable(string urls, string setting)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var address = BindingAddress.Parse(url);
            if (!address.IsUnixPipe && !address.IsNamedPipe && address.Port != 0)
            {
                ThrowIfUnavailable(url, setting, new IPEndPoint(
                    IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip
                        : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any,
                    address.Port));
            }
        }
    }

    /// <summary>What the operator can do about an error with which Kestrel did not start.</summary>
    public static TrendingMailException CreateError(string urls, string setting, Exception cause) =>
        cause.GetBaseException() switch
        {
            SocketException e => CreateError(urls, setting, e),
            Exception e when e.Message.Contains("HTTPS", StringComparison.Ordinal) => new TrendingMailException(
                $"Cannot serve {urls}: there is no certificate for https. Name one in " +
                "Kestrel:Certificates:Default:Path (and Password), or serve http behind a reverse proxy that has one.",
                e),
            var e => new TrendingMailException($"Cannot serve {urls}: {e.Message.Split('\n')[0].Trim()}", e),
        };

    internal static TrendingMailException CreateError(string url, string setting, SocketException cause)
    {
        var remedy = $"choose another address with the setting {setting} (for example, environment variable " +
            $"{setting}=http://localhost:5090).";
        return new($"Cannot listen on {url}: {cause.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => "the port is in use by another program. Stop that program, or " + remedy,
            SocketError.AccessDenied => "this user may not use the port. Ports below 1024 need the right " +
                "CAP_NET_BIND_SERVICE or a reverse proxy; otherwise " + remedy,
            SocketError.AddressNotAvailable => "this machine does not have the address. Use one of its own, 0.0.0.0 " +
                "for all of them, or " + remedy,
            _ => $"{cause.Message.TrimEnd('.')}. Check the address, or " + remedy,
        }}", cause);
    }

    private static void ThrowIfUnavailable(string url, string setting, IPEndPoint endpoint)
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
            throw CreateError(url, setting, e);
        }
    }
}
