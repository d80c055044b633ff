using System.CommandLine;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>
/// <c>transport</c>: the cost of sending encoded messages over SMTP, without delivery queue and rendering: with
/// MailKit's own SendAsync, and with our SMTP exchange.
/// </summary>
internal static class TransportBenchmark
{
    private const int Rounds = 3;

    private const int MessageBytes = 32 * 1024;

    private static readonly Option<int> Count = new("--messages") { DefaultValueFactory = _ => 20_000 };

    private static readonly Option<int> Connections = new("--connections") { DefaultValueFactory = _ => 16 };

    public static Command Create()
    {
        var command = new Command(
            "transport", "Send over SMTP with MailKit and with our own exchange, compared with smtp-source")
        {
            Count, Connections,
        };
        command.SetAction((arguments, _) => RunAsync(arguments.GetValue(Count), arguments.GetValue(Connections)));
        return command;
    }

    private static async Task<int> RunAsync(int count, int connections)
    {
        var port = PostfixTools.FreePort();
        using var sink = PostfixTools.StartSink(port);
        try
        {
            var message = CreateMessage();
            for (var round = 0; round < Rounds; round++)
            {
                var source = await PostfixTools.RunSourceAsync(port, connections, count, MessageBytes);
                Console.WriteLine($"smtp-source {source.Rate(count),8:N0}/s {source.MicrosecondsEach(count),6:N0} us");
                await MeasureAsync(
                    "MailKit", count, connections, source.Rate(count), share => MailKitAsync(port, message, share));
                await MeasureAsync(
                    "ours", count, connections, source.Rate(count), share => OwnExchangeAsync(port, message, share));
            }

            return 0;
        }
        finally
        {
            sink.Kill();
        }
    }

    private static async Task MeasureAsync(
        string name, int count, int connections, double source, Func<int, Task> sendAsync)
    {
        var start = Stopwatch.GetTimestamp();
        var cpuTime = Environment.CpuUsage.TotalTime;
        await Task.WhenAll(
            Enumerable.Range(0, connections).Select(_ => Task.Run(() => sendAsync(count / connections))));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cpuTime = Environment.CpuUsage.TotalTime - cpuTime;
        Console.WriteLine($"{name,-11} {count / seconds,8:N0}/s {cpuTime.TotalMicroseconds / count,6:N0} us, " +
            $"{count / seconds / source:N2} of smtp-source");
    }

    private static async Task MailKitAsync(int port, byte[] message, int count)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        using var client = new SmtpClient();
        await client.ConnectAsync(socket, "127.0.0.1", port, SecureSocketOptions.None);
        for (var i = 0; i < count; i++)
        {
            using var encoded = CreateMimeMessage(message);
            await client.SendAsync(FormatOptions.Default, encoded,
                new MailboxAddress("", "digest@papers.example.org"), [new MailboxAddress("", "ada@mail.example")]);
        }

        await client.DisconnectAsync(quit: true);
    }

    private static async Task OwnExchangeAsync(int port, byte[] message, int count)
    {
        var server = new SmtpOptions { Host = "127.0.0.1", Port = port, Security = SmtpSecurity.None };
        await using var connection = await SmtpConnection.OpenAsync(server, CancellationToken.None);
        var exchange = new SmtpExchange(connection, server);
        for (var i = 0; i < count; i++)
        {
            if (await exchange.SendAsync(
                "digest@papers.example.org", "ada@mail.example", message, CancellationToken.None)
                is not Outcome.Accepted)
            {
                throw new InvalidOperationException("The sink did not accept a message.");
            }
        }
    }

    private static byte[] CreateMessage()
    {
        var text = new StringBuilder(
            "From: <digest@papers.example.org>\r\nTo: <ada@mail.example>\r\nSubject: Papers\r\n\r\n");
        while (text.Length < MessageBytes)
        {
            text.Append(new string('x', 74)).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>A message that MailKit does not need to encode: its body is written unchanged.</summary>
    private static MimeMessage CreateMimeMessage(byte[] message)
    {
        var bodyAt = message.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        var encoded = new MimeMessage { Subject = "Papers", Body = new EncodedPart(message.AsMemory(bodyAt)) };
        encoded.From.Add(new MailboxAddress("", "digest@papers.example.org"));
        encoded.To.Add(new MailboxAddress("", "ada@mail.example"));
        return encoded;
    }

    private sealed class EncodedPart(ReadOnlyMemory<byte> bytes) : MimePart
    {
        public override void WriteTo(
            FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default) =>
            stream.Write(bytes.Span);

        public override Task WriteToAsync(
            FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default) =>
            stream.WriteAsync(bytes, cancellationToken).AsTask();
    }
}
