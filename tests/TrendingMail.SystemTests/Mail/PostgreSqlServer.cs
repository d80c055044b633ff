using System.Globalization;

namespace TrendingMail.SystemTests.Mail;

/// <summary>A PostgreSQL server of a test's own, which may be stopped and started. It runs as an unprivileged user.</summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-postgres-");
    private readonly string programs;

    private PostgreSqlServer(string programs) => this.programs = programs;

    public int Port { get; } = ProgramHome.FreePort();

    /// <summary>Npgsql's connection string, without a database.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=tests");

    private string Data => Path.Combine(folder.FullName, "data");

    public static async Task<PostgreSqlServer> CreateAsync()
    {
        var server = new PostgreSqlServer(Programs());
        if (Environment.IsPrivilegedProcess)
        {
            (await Child.RunAsync("chown", "postgres", server.folder.FullName)).Well();
        }

        (await server.RunAsync("initdb", "--pgdata", server.Data, "--username", "tests", "--auth", "trust", "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--no-sync")).Well();
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync() => (await RunAsync("pg_ctl", "--pgdata", Data, "--wait", "--log",
        Path.Combine(folder.FullName, "server.log"), "--options", string.Create(CultureInfo.InvariantCulture,
            $"-p {Port} -k {folder.FullName} -c listen_addresses=127.0.0.1"), "start")).Well();

    /// <summary>Stops it as a crash would: no client is told, nothing is written out.</summary>
    public async Task StopAtOnceAsync() => (await RunAsync("pg_ctl", "--pgdata", Data, "--mode", "immediate", "stop")).Well();

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await StopAtOnceAsync();
        }

        folder.Delete(recursive: true);
    }

    private static string Programs()
    {
        const string Folder = "/usr/lib/postgresql";
        var newest = Directory.Exists(Folder)
            ? Directory.GetDirectories(Folder).OrderByDescending(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))
                .Select(path => Path.Combine(path, "bin")).FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")))
            : null;
        if (newest is null)
        {
            Need.Missing("PostgreSQL is not installed; as root, run tests/run.sh or 'apt-get install postgresql'");
        }

        return newest!;
    }

    private Task<Ended> RunAsync(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(programs, program), .. arguments];
        return Environment.IsPrivilegedProcess
            ? Child.RunAsync("runuser", ["-u", "postgres", "--", .. command])
            : Child.RunAsync(command[0], command[1..]);
    }
}
