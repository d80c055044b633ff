using System.Net;
using System.Net.Sockets;

namespace TrendingMail.SystemTests.Cluster;

/// <summary>
/// A TCP proxy to a local server that can simulate a network outage: data stops in both directions, while connections
/// stay open.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource cancellation = new();
    private readonly int target;
    private readonly Task accepting;
    private volatile TaskCompletionSource unblocked = Completed();

    public TcpProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Block() => unblocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the outage and forwards the data held back.</summary>
    public void Unblock() => unblocked.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await cancellation.CancelAsync();
        Unblock();
        await accepting;
        listener.Dispose();
        cancellation.Dispose();
    }

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ProxyAsync(await listener.AcceptTcpClientAsync(cancellation.Token));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The proxy was disposed.
        }
    }

    private async Task ProxyAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await unblocked.Task;
                await server.ConnectAsync(IPAddress.Loopback, target, cancellation.Token);
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAny(
                    ForwardAsync(client.GetStream(), server.GetStream()),
                    ForwardAsync(server.GetStream(), client.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One side closed, so close the other.
            }
        }
    }

    private async Task ForwardAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, cancellation.Token) is > 0 and var count)
        {
            await unblocked.Task;
            await to.WriteAsync(buffer.AsMemory(0, count), cancellation.Token);
        }
    }
}
