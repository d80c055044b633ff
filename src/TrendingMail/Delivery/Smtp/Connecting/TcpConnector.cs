using System.Net;
using System.Net.Sockets;
using TrendingMail.Configuration;

namespace TrendingMail.Delivery.Smtp.Connecting;

/// <summary>Connects to a host by TCP, trying each of its addresses in turn (RFC 5321 section 5.1).</summary>
internal static class TcpConnector
{
    /// <param name="timeout">The time for the whole connection, including the handshake that follows.</param>
    /// <exception cref="SocketException">The host is unknown, or no address accepts a connection.</exception>
    public static async Task<Socket> ConnectAsync(
        string host, int port, TimeSpan timeout, CancellationToken cancellationToken) =>
        await ConnectAsync(
            await Dns.GetHostAddressesAsync(InternetName.ToAscii(host), cancellationToken), port, timeout,
            cancellationToken);

    public static async Task<Socket> ConnectAsync(
        IReadOnlyList<IPAddress> addresses, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // An address that does not respond leaves time for the others, and for the handshake.
        var timePerAddress = timeout / (addresses.Count + 1);
        foreach (var address in addresses.SkipLast(1))
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(timePerAddress);
            try
            {
                return await ConnectAsync(address, port, deadline.Token);
            }
            catch (Exception e) when (
                e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // The next address may respond.
            }
        }

        return addresses.Count > 0
            ? await ConnectAsync(addresses[^1], port, cancellationToken)
            : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        // Nagle's algorithm would delay each message on a reused connection by some 40 ms.
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
