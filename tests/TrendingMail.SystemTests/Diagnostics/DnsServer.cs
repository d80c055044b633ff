using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>
/// A private Knot DNS on a loopback port, authoritative for the root and for all names of the tests, so that a name
/// without records does not exist. Configuration and zones are in a temporary folder.
/// </summary>
internal sealed class DnsServer : IAsyncDisposable
{
    /// <summary>A zone that the server has no data for, so that it answers SERVFAIL.</summary>
    public const string BrokenZone = "servfail.test";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-dns-");

    private Child? knot;

    public IPEndPoint EndPoint { get; } = new(IPAddress.Loopback, TestApp.FreePort());

    /// <summary>The value of <c>Deliverability:Resolver</c>.</summary>
    public string Resolver => EndPoint.ToString();

    /// <summary>Starts a server; skips the test if Knot is not installed.</summary>
    /// <param name="records">Lines of a zone file, with absolute names.</param>
    public static async Task<DnsServer> StartAsync(params IEnumerable<string> records)
    {
        var program = Require.Program("knot", "knotd");
        var server = new DnsServer();
        try
        {
            await server.StartAsync(program, records);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (knot is not null)
        {
            if (!knot.HasExited)
            {
                await knot.SignalAsync("TERM");
                await knot.WaitForExitAsync();
            }

            await knot.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    private async Task StartAsync(string program, IEnumerable<string> records)
    {
        await WriteAsync("root.zone", string.Join('\n', records
            .Prepend("ns.test. IN A 127.0.0.1")
            .Prepend(". IN NS ns.test.")
            .Prepend(". IN SOA ns.test. hostmaster.test. 1 3600 600 86400 60")
            .Prepend("$TTL 60")) + "\n");
        await WriteAsync("knot.conf", $"""
            server:
                rundir: {folder.FullName}
                listen: 127.0.0.1@{EndPoint.Port.ToString(CultureInfo.InvariantCulture)}
                udp-workers: 1
                tcp-workers: 1
                background-workers: 1
            log:
              - target: stderr
                any: info
            database:
                storage: {folder.FullName}
            template:
              - id: default
                storage: {folder.FullName}
                journal-content: none
                zonefile-sync: -1
                semantic-checks: off
            zone:
              - domain: .
                file: root.zone
              - domain: {BrokenZone}.
                file: absent.zone

            """);
        knot = Child.Start(program, ["--config", Path.Combine(folder.FullName, "knot.conf")], folder.FullName);
        await Until.TrueAsync($"Knot listens on {EndPoint}", StartLimit, () =>
        {
            Assert.False(knot.HasExited, $"Knot exited.\n{knot.Output}\n{knot.Errors}");
            return IsListening();
        });
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(
        Path.Combine(folder.FullName, name), text, TestContext.Current.CancellationToken);

    private bool IsListening()
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(EndPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
