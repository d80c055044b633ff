using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrendingMail.SystemTests.Delivery;

/// <summary>An SMTP server that accepts every message and records recipient and Message-ID, duplicates too.</summary>
internal sealed class CountingSmtpServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Lock stateLock = new();
    private readonly List<(string Recipient, string MessageId)> accepted = [];
    private readonly TimeSpan delay;
    private readonly int minimumConnections;
    private readonly TaskCompletionSource enoughConnections = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task accepting;
    private int connectionsWithMessage;
    private (int Count, TaskCompletionSource Reached)? awaited;

    /// <param name="delay">The delay before each message is accepted.</param>
    /// <param name="minimumConnections">Replies are withheld until this many connections have sent a message.</param>
    public CountingSmtpServer(TimeSpan delay, int minimumConnections = 0)
    {
        this.delay = delay;
        this.minimumConnections = minimumConnections;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public IReadOnlyList<(string Recipient, string MessageId)> Accepted
    {
        get
        {
            lock (stateLock)
            {
                return [.. accepted];
            }
        }
    }

    public int Count
    {
        get
        {
            lock (stateLock)
            {
                return accepted.Count;
            }
        }
    }

    public void Reset()
    {
        lock (stateLock)
        {
            accepted.Clear();
        }
    }

    /// <summary>Completes when the given total number of messages has been accepted.</summary>
    public Task WaitForCountAsync(int count)
    {
        lock (stateLock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (accepted.Count >= count)
            {
                reached.SetResult();
            }

            awaited = (count, reached);
            return reached.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        enoughConnections.TrySetResult();
        await accepting;
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                _ = Task.Run(() => HandleClientAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener was stopped.
        }
    }

    private async Task HandleClientAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await HandleSessionAsync(client.GetStream());
            }
            catch (IOException)
            {
                // The client was killed, as the tests intend.
            }
        }
    }

    private async Task HandleSessionAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, false, 64 * 1024);
        await ReplyAsync(stream, "220 counting");
        var recipient = "";
        var isNew = true;
        while (await reader.ReadLineAsync() is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            if (verb == "RCPT")
            {
                recipient = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf(
                    '>', StringComparison.Ordinal)];
            }

            if (verb == "DATA")
            {
                await ReplyAsync(stream, "354 go on");
                if (await ReadMessageIdAsync(reader) is not { } id)
                {
                    return;
                }

                if (isNew && Interlocked.Increment(ref connectionsWithMessage) >= minimumConnections)
                {
                    enoughConnections.TrySetResult();
                }

                isNew = false;
                await enoughConnections.Task;
                await Task.Delay(delay);
                Record(recipient, id);
            }

            await ReplyAsync(stream, verb switch
            {
                "EHLO" => "250-counting\r\n250 PIPELINING",
                "QUIT" => "221 bye",
                _ => "250 2.0.0 ok",
            });
            if (verb == "QUIT")
            {
                return;
            }
        }
    }

    /// <summary>Reads a message and returns its Message-ID; null if the message is incomplete.</summary>
    private static async Task<string?> ReadMessageIdAsync(StreamReader reader)
    {
        var id = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line == ".")
            {
                return id;
            }

            if (id.Length == 0 && line.StartsWith("Message-Id: ", StringComparison.OrdinalIgnoreCase))
            {
                id = line["Message-Id: ".Length..];
            }
        }

        return null;
    }

    private static ValueTask ReplyAsync(NetworkStream stream, string reply) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"));

    private void Record(string recipient, string id)
    {
        lock (stateLock)
        {
            accepted.Add((recipient, id));
            if (awaited is { } wait && accepted.Count >= wait.Count)
            {
                wait.Reached.TrySetResult();
            }
        }
    }
}
