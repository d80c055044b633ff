using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace TrendingMail.Storage.PostgreSql;

/// <summary>Runs the client tools of PostgreSQL with the settings of our own connection.</summary>
internal sealed class PostgreSqlTools(string connectionString)
{
    private readonly NpgsqlConnectionStringBuilder settings = new(connectionString);

    /// <summary>The configured database.</summary>
    public string Database => settings.Database!;

    /// <summary>Writes the schema and the data that a snapshot sees, as a script for <c>psql</c>.</summary>
    /// <param name="snapshot">The name of an exported snapshot.</param>
    public Task DumpAsync(string snapshot, Stream output, CancellationToken cancellationToken) => RunAsync(
        "pg_dump",
        [
            "--format=plain", "--encoding=UTF8", "--no-owner", "--no-privileges", $"--snapshot={snapshot}",

            // The schedule is provisioned anew at start, as with SQLite.
            "--exclude-table=qrtz_*",
        ],
        Database, async process => await process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken),
        cancellationToken);

    /// <summary>Runs a script in one transaction.</summary>
    /// <param name="writeAsync">Writes the script.</param>
    public Task RunScriptAsync(
        string database, Func<Stream, Task> writeAsync, CancellationToken cancellationToken) => RunAsync(
        "psql",
        [
            "--no-psqlrc", "--quiet", "--no-password", "--output=/dev/null", "--set=ON_ERROR_STOP=1",
            "--single-transaction", "--file=-",
        ],
        database, async process =>
        {
            try
            {
                await writeAsync(process.StandardInput.BaseStream);
            }
            finally
            {
                process.StandardInput.Close();
            }
        }, cancellationToken);

    private async Task RunAsync(
        string program, IEnumerable<string> arguments, string database, Func<Process, Task> exchangeAsync,
        CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments, database);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var fault = await TryExchangeAsync(process, exchangeAsync);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new TrendingMailException($"{program} failed: {FirstLine(await errors)}");
            }

            if (fault is not null)
            {
                throw fault;
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>A tool that fails closes its pipe; what it reports says more than the broken pipe.</summary>
    private static async Task<IOException?> TryExchangeAsync(Process process, Func<Process, Task> exchangeAsync)
    {
        try
        {
            await exchangeAsync(process);
            return null;
        }
        catch (IOException e)
        {
            return e;
        }
    }

    private Process Start(string program, IEnumerable<string> arguments, string database)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in CreateEnvironment(database))
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new TrendingMailException(
                $"{program} cannot be started ({e.Message}): install PostgreSQL's client tools of the server's " +
                "version or newer (Debian: postgresql-client), or back up on the server with pg_dump.", e);
        }
    }

    /// <summary>The connection settings; in the environment, because other users can read arguments.</summary>
    private IEnumerable<KeyValuePair<string, string>> CreateEnvironment(string database) =>
        ((IEnumerable<(string Name, string? Value)>)
        [
            ("PGHOST", settings.Host), ("PGPORT", settings.Port.ToString(CultureInfo.InvariantCulture)),
            ("PGUSER", settings.Username), ("PGPASSWORD", settings.Password), ("PGPASSFILE", settings.Passfile),
            ("PGDATABASE", database), ("PGSSLMODE", FormatSslMode(settings.SslMode)),
            ("PGSSLROOTCERT", settings.RootCertificate), ("PGSSLCERT", settings.SslCertificate),
            ("PGSSLKEY", settings.SslKey), ("PGAPPNAME", "TrendingMail backup"), ("LC_ALL", "C"),
        ])
        .Where(variable => !string.IsNullOrEmpty(variable.Value))
        .Select(variable => KeyValuePair.Create(variable.Name, variable.Value!));

    private static string FormatSslMode(SslMode mode) => mode switch
    {
        SslMode.Disable => "disable",
        SslMode.Allow => "allow",
        SslMode.Require => "require",
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => "prefer",
    };

    private static string FirstLine(string errors) =>
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .FirstOrDefault("no reason given");
}
