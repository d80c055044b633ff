using System.Net;
using System.Net.Sockets;
using TrendingMail.Delivery.Smtp.Connecting;

namespace TrendingMail.Tests.Delivery.Smtp.Connecting;

public sealed class TcpConnectorTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private static readonly IPAddress OtherAddress = IPAddress.Parse("127.0.0.2");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheNextAddressIsTriedIfOneRefuses()
    {
        using var listener = Listen();

        using var socket = await ConnectAsync(listener, IPAddress.IPv6Loopback, OtherAddress, IPAddress.Loopback);

        Assert.Equal(listener.LocalEndpoint, socket.RemoteEndPoint);
    }

    [Fact(Timeout = 30_000)]
    public async Task TheNextAddressIsTriedIfOneDoesNotRespond()
    {
        using var listener = Listen();
        using var silent = new TcpListener(OtherAddress, ((IPEndPoint)listener.LocalEndpoint).Port);
        silent.Start(backlog: 0);
        var waiting = new List<Socket>();
        try
        {
            await FillBacklogAsync(silent, waiting);

            using var socket = await ConnectAsync(listener, OtherAddress, IPAddress.Loopback);

            Assert.Equal(listener.LocalEndpoint, socket.RemoteEndPoint);
        }
        finally
        {
            waiting.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task TheLastAddressesFailureIsReported()
    {
        using var listener = Listen();

        var failure = await Assert.ThrowsAsync<SocketException>(
            () => ConnectAsync(listener, IPAddress.IPv6Loopback, OtherAddress));

        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    [Fact]
    public async Task CancellationDoesNotTryTheNextAddress()
    {
        using var listener = Listen();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TcpConnector.ConnectAsync(
            [OtherAddress, IPAddress.Loopback], 1, Timeout, new CancellationToken(canceled: true)));
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static Task<Socket> ConnectAsync(TcpListener listener, params IPAddress[] addresses) =>
        TcpConnector.ConnectAsync(addresses, ((IPEndPoint)listener.LocalEndpoint).Port, Timeout, Stop);

    /// <summary>Connects until the listener, which accepts nothing, responds no more.</summary>
    private static async Task FillBacklogAsync(TcpListener listener, List<Socket> waiting)
    {
        while (true)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            waiting.Add(socket);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            deadline.CancelAfter(TimeSpan.FromMilliseconds(500));
            try
            {
                await socket.ConnectAsync(listener.LocalEndpoint, deadline.Token);
            }
            catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
