using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>Postfix's test programs (Debian's package postfix): a server that takes everything, and a client in C.</summary>
internal static class PostfixTools
{
    private const string Sink = "/usr/sbin/smtp-sink";

    private const string Source = "/usr/sbin/smtp-source";

    public static Process StartSink(int port)
    {
        var sink = MeasuredProcess.Start(new ProcessStartInfo(Sink,
            [.. Environment.IsPrivilegedProcess ? (string[])["-u", "nobody"] : [], $"127.0.0.1:{port}", "1000"]));
        for (var attempt = 0; !Answers(port); attempt++)
        {
            if (attempt == 100)
            {
                throw new InvalidOperationException("smtp-sink does not answer.");
            }

            Thread.Sleep(50);
        }

        return sink;
    }

    /// <summary>Sends one message again and again, over connections that stay open.</summary>
    public static Task<Cost> SourceAsync(int port, int connections, int messages, int size) =>
        MeasuredProcess.RunAsync(new ProcessStartInfo(Source,
        [
            "-d", "-s", connections.ToString(CultureInfo.InvariantCulture), "-m", messages.ToString(CultureInfo.InvariantCulture),
            "-l", size.ToString(CultureInfo.InvariantCulture), "-f", "digest@papers.example.org", "-t", "reader@mail.example",
            $"127.0.0.1:{port}",
        ]));

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Answers(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
