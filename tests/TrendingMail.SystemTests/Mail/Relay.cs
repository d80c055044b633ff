using System.Net;
using System.Net.Sockets;

namespace TrendingMail.SystemTests.Mail;

/// <summary>
/// A way to a server of this machine that can be cut off: then nothing comes through in either direction and no connection ends,
/// as where a network fails.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly int target;
    private readonly Task accepting;
    private volatile TaskCompletionSource open = Opened();

    public Relay(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void CutOff() => open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was sent meanwhile arrives now.</summary>
    public void Heal() => open.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await end.CancelAsync();
        Heal();
        await accepting;
        listener.Dispose();
        end.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = LeadAsync(await listener.AcceptTcpClientAsync(end.Token));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The relay has ended.
        }
    }

    private async Task LeadAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await open.Task;
                await server.ConnectAsync(IPAddress.Loopback, target, end.Token);
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAny(
                    PassAsync(client.GetStream(), server.GetStream()), PassAsync(server.GetStream(), client.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One side is gone: so is the other.
            }
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, end.Token) is > 0 and var count)
        {
            await open.Task;
            await to.WriteAsync(buffer.AsMemory(0, count), end.Token);
        }
    }
}
