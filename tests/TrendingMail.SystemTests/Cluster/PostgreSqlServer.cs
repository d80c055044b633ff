using System.Globalization;

namespace TrendingMail.SystemTests.Cluster;

/// <summary>A private PostgreSQL server that a test can stop and start. It runs as an unprivileged user.</summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-postgres-");
    private readonly string binaries;

    private PostgreSqlServer(string binaries) => this.binaries = binaries;

    public int Port { get; } = TestApp.FreePort();

    /// <summary>A connection string without a database.</summary>
    public string ConnectionString =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=tests");

    private string Data => Path.Combine(folder.FullName, "data");

    public static async Task<PostgreSqlServer> CreateAsync()
    {
        var server = new PostgreSqlServer(FindBinaries());
        if (Environment.IsPrivilegedProcess)
        {
            (await Child.RunAsync("chown", "postgres", server.folder.FullName)).EnsureSuccess();
        }

        (await server.RunAsync(
            "initdb", "--pgdata", server.Data, "--username", "tests", "--auth", "trust", "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--no-sync")).EnsureSuccess();
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync() => (await RunAsync("pg_ctl", "--pgdata", Data, "--wait", "--log",
        Path.Combine(folder.FullName, "server.log"), "--options", string.Create(CultureInfo.InvariantCulture,
            $"-p {Port} -k {folder.FullName} -c listen_addresses=127.0.0.1"), "start")).EnsureSuccess();

    /// <summary>Stops the server like a crash: clients are not notified and nothing is flushed.</summary>
    public async Task CrashAsync() =>
        (await RunAsync("pg_ctl", "--pgdata", Data, "--mode", "immediate", "stop")).EnsureSuccess();

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await CrashAsync();
        }

        folder.Delete(recursive: true);
    }

    private static string FindBinaries()
    {
        const string Folder = "/usr/lib/postgresql";
        var newest = Directory.Exists(Folder)
            ? Directory.GetDirectories(Folder)
                .OrderByDescending(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))
                .Select(path => Path.Combine(path, "bin"))
                .FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")))
            : null;
        if (newest is null)
        {
            Require.Skip("PostgreSQL is not installed; as root, run tests/run.sh or 'apt-get install postgresql'");
        }

        return newest!;
    }

    private Task<ProcessResult> RunAsync(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(binaries, program), .. arguments];
        return Environment.IsPrivilegedProcess
            ? Child.RunAsync("runuser", ["-u", "postgres", "--", .. command])
            : Child.RunAsync(command[0], command[1..]);
    }
}
