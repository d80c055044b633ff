using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrendingMail.SystemTests.Mail;

/// <summary>An SMTP server that takes every message and remembers who got which, as often as it came.</summary>
internal sealed class CountingSmtpServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Lock guard = new();
    private readonly List<(string Recipient, string MessageId)> taken = [];
    private readonly TimeSpan pause;
    private readonly int crowd;
    private readonly TaskCompletionSource assembled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task accepting;
    private int senders;
    private (int Count, TaskCompletionSource Reached)? awaited;

    /// <param name="pause">How long it thinks about each message.</param>
    /// <param name="crowd">It answers no message before so many connections have sent one.</param>
    public CountingSmtpServer(TimeSpan pause, int crowd = 0)
    {
        this.pause = pause;
        this.crowd = crowd;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public IReadOnlyList<(string Recipient, string MessageId)> Taken
    {
        get
        {
            lock (guard)
            {
                return [.. taken];
            }
        }
    }

    public int Count
    {
        get
        {
            lock (guard)
            {
                return taken.Count;
            }
        }
    }

    public void Forget()
    {
        lock (guard)
        {
            taken.Clear();
        }
    }

    /// <summary>Ends when so many messages have been taken in all.</summary>
    public Task ReachedAsync(int count)
    {
        lock (guard)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (taken.Count >= count)
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
        assembled.TrySetResult();
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
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener was stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await TalkAsync(client.GetStream());
            }
            catch (IOException)
            {
                // The client was killed, which is what this is about.
            }
        }
    }

    private async Task TalkAsync(NetworkStream stream)
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
                recipient = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
            }

            if (verb == "DATA")
            {
                await ReplyAsync(stream, "354 go on");
                if (await MessageIdAsync(reader) is not { } id)
                {
                    return;
                }

                if (isNew && Interlocked.Increment(ref senders) >= crowd)
                {
                    assembled.TrySetResult();
                }

                isNew = false;
                await assembled.Task;
                await Task.Delay(pause);
                Take(recipient, id);
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

    /// <summary>Reads a message to its end; null where the end does not come.</summary>
    private static async Task<string?> MessageIdAsync(StreamReader reader)
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

    private void Take(string recipient, string id)
    {
        lock (guard)
        {
            taken.Add((recipient, id));
            if (awaited is { } wait && taken.Count >= wait.Count)
            {
                wait.Reached.TrySetResult();
            }
        }
    }
}
