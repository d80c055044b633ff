using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>
/// Postfix's test programs (Debian package postfix): a server that accepts everything, and a client in C.
/// </summary>
internal static class PostfixTools
{
    private const string SinkPath = "/usr/sbin/smtp-sink";

    private const string SourcePath = "/usr/sbin/smtp-source";

    public static Process StartSink(int port)
    {
        var sink = MeasuredProcess.Start(new ProcessStartInfo(SinkPath,
            [.. Environment.IsPrivilegedProcess ? (string[])["-u", "nobody"] : [], $"127.0.0.1:{port}", "1000"]));
        for (var attempt = 0; !Responds(port); attempt++)
        {
            if (attempt == 100)
            {
                throw new InvalidOperationException("smtp-sink does not respond.");
            }

            Thread.Sleep(50);
        }

        return sink;
    }

    /// <summary>Sends the same message repeatedly over persistent connections.</summary>
    public static Task<ProcessCost> RunSourceAsync(int port, int connections, int messages, int size) =>
        MeasuredProcess.RunAsync(new ProcessStartInfo(SourcePath,
        [
            "-d", "-s", connections.ToString(CultureInfo.InvariantCulture), "-m",
            messages.ToString(CultureInfo.InvariantCulture),
            "-l", size.ToString(CultureInfo.InvariantCulture), "-f", "digest@papers.example.org",
            "-t", "ada@mail.example",
            $"127.0.0.1:{port}",
        ]));

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Responds(int port)
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
