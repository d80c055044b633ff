using System.Diagnostics;
using Npgsql;
using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Subscribers;

/// <summary>
/// The baseline: how long the database itself takes to load a list into an unindexed table of text columns, with
/// sqlite3's <c>.import</c> or PostgreSQL's COPY.
/// </summary>
internal static class BaselineImport
{
    private const string Columns = "email, name, time_zone, send_at, created_at";

    /// <returns>The time in seconds.</returns>
    public static async Task<double> TimeAsync(BenchmarkDatabase database, string list, CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        await (database.Options.Provider == DatabaseProvider.Sqlite
            ? ImportAsync(database.Database.Dialect.Location, list, stop)
            : CopyAsync(database.Options.ConnectionString, list, stop));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task ImportAsync(string file, string list, CancellationToken stop)
    {
        using var process = Process.Start(
            new ProcessStartInfo("sqlite3", [file, ".mode csv", $".import {list} bare"]))!;
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"sqlite3 exited with code {process.ExitCode}.");
        }
    }

    private static async Task CopyAsync(string connectionString, string list, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(stop);
        await using var create = new NpgsqlCommand(
            $"CREATE TABLE bare ({Columns.Replace(",", " TEXT,", StringComparison.Ordinal)} TEXT)", connection);
        await create.ExecuteNonQueryAsync(stop);
        await using var copy = await connection.BeginTextImportAsync(
            $"COPY bare ({Columns}) FROM STDIN (FORMAT CSV, HEADER)", stop);
        using var lines = new StreamReader(list);
        var buffer = new char[1 << 16];
        for (int read; (read = await lines.ReadAsync(buffer, stop)) > 0;)
        {
            await copy.WriteAsync(buffer.AsMemory(0, read), stop);
        }
    }
}
