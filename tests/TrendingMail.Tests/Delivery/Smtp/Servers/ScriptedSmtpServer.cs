using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TrendingMail.Tests.Delivery.Smtp.Servers;

/// <summary>
/// A local SMTP server with scripted replies. The script receives each command line, "CONNECT" for the greeting and "."
/// for the end of a message. With a certificate, the server switches to TLS after a positive reply to STARTTLS.
/// </summary>
public sealed class ScriptedSmtpServer : IAsyncDisposable
{
    /// <summary>The line that <see cref="Lines"/> has for a completed TLS handshake.</summary>
    public const string TlsHandshake = "(TLS)";

    private readonly TcpListener listener;
    private readonly Func<string, string?> script;
    private readonly Task accepting;
    private int connections;

    /// <param name="script">Returns the reply; null for the default reply, an empty string to close the
    /// connection.</param>
    public ScriptedSmtpServer(Func<string, string?> script, IPAddress? address = null)
    {
        this.script = script;
        listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether the dialogue begins with the TLS handshake.</summary>
    public bool IsTlsImplicit { get; init; }

    public int Connections => connections;

    /// <summary>The command lines of all connections, in order of arrival.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>The messages that were accepted, with dot-stuffing removed.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
        listener.Dispose();
    }

    private static string DefaultReply(string line) => line.Split(' ')[0].ToUpperInvariant() switch
    {
        "CONNECT" => "220 test ESMTP",
        "EHLO" => "250-test\r\n250 ENHANCEDSTATUSCODES",
        "STARTTLS" => "220 go on",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ => "250 2.0.0 ok",
    };

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await listener.AcceptTcpClientAsync()));
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref connections);
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                if (!IsTlsImplicit)
                {
                    await ServeDialogueAsync(stream, "CONNECT");
                    return;
                }

                await using var tls = await AcceptTlsAsync(stream);
                await ServeDialogueAsync(tls, "CONNECT");
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The client closed the connection.
            }
        }
    }

    private async Task<SslStream> AcceptTlsAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate });
        Lines.Enqueue(TlsHandshake);
        return tls;
    }

    private async Task ServeDialogueAsync(Stream stream, string? firstLine)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true)
        {
            AutoFlush = true,
            NewLine = "\r\n",
        };
        for (var line = firstLine ?? await reader.ReadLineAsync();
            line is not null;
            line = await reader.ReadLineAsync())
        {
            Lines.Enqueue(line);
            var reply = script(line) ?? DefaultReply(line);
            if (reply.Length == 0)
            {
                return;
            }

            if (line.StartsWith("BDAT ", StringComparison.Ordinal))
            {
                // The data follows at once (RFC 3030), even if the reply is negative.
                var chunk = new char[int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)];
                await reader.ReadBlockAsync(chunk);
                Messages.Enqueue(new string(chunk));
            }

            await writer.WriteLineAsync(reply);
            if (reply.StartsWith("421", StringComparison.Ordinal))
            {
                return;
            }

            if (line == "STARTTLS" && reply.StartsWith("220", StringComparison.Ordinal) && Certificate is not null)
            {
                await using var tls = await AcceptTlsAsync(stream);
                await ServeDialogueAsync(tls, null);
                return;
            }

            if (reply.StartsWith("354", StringComparison.Ordinal) && !await ReceiveMessageAsync(reader, writer))
            {
                return;
            }
        }
    }

    private async Task<bool> ReceiveMessageAsync(StreamReader reader, StreamWriter writer)
    {
        var message = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line != ".")
            {
                message.Append(line.StartsWith('.') ? line[1..] : line).Append('\n');
                continue;
            }

            var reply = script(".") ?? DefaultReply(".");
            if (reply.Length == 0)
            {
                return false;
            }

            if (reply[0] == '2')
            {
                Messages.Enqueue(message.ToString());
            }

            await writer.WriteLineAsync(reply);
            return true;
        }

        return false;
    }
}
