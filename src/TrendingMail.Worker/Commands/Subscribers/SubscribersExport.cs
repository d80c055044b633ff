using System.CommandLine;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Export;

namespace TrendingMail.Worker.Commands.Subscribers;

/// <summary><c>subscribers export</c>: exports all subscribers.</summary>
internal static class SubscribersExport
{
    private static readonly Argument<string> File = new("FILE")
    {
        Description = "CSV, or JSON Lines (.jsonl); default: standard output",
        DefaultValueFactory = _ => "-",
    };

    private static readonly Option<bool> IsJson = new("--jsonl")
    {
        Description = "Write JSON Lines regardless of the file name",
    };

    public static Command Create() => CommandRun.Verb("export",
        "Export all subscribers with states, interests and consent, for a later import", [File, IsJson], RunAsync);

    private static async Task<int> RunAsync(CommandRun run)
    {
        var path = run.Value(File);
        var isJson = run.Value(IsJson) || Path.GetExtension(path).ToLowerInvariant() is ".jsonl" or ".ndjson";
        var export = run.Get<SubscriberExporter>();
        if (path == "-")
        {
            await using var output = Console.OpenStandardOutput();
            await export.WriteAsync(output, isJson || run.WantsJson, null, run.Stop);
            return CommandRun.Done;
        }

        var total = (await run.Get<SubscriberStore>().CountByStateAsync(run.Stop)).Values.Sum();
        using var bar = run.ShowsProgress ? new ProgressBar(total, "subscriber") : null;
        var exported = await WriteAsync(path, stream => export.WriteAsync(
            stream, isJson,
            bar is null ? null : new SynchronousProgress<long>(count => bar.Show(count, count)), run.Stop));
        bar?.Dispose();
        run.Print(
            new { File = path, Readers = exported },
            $"{ConsoleText.Count(exported, "subscriber")} exported to {path}, which only you can read.");
        return CommandRun.Done;
    }

    /// <summary>Writes the file atomically, readable only by the current user.</summary>
    private static async Task<long> WriteAsync(string path, Func<Stream, Task<long>> write)
    {
        var temporaryPath = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            var options =
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 16 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            long exported;
            await using (var stream = new FileStream(temporaryPath, options))
            {
                exported = await write(stream);
            }

            System.IO.File.Move(temporaryPath, path, overwrite: true);
            return exported;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"Cannot write {path}: {e.Message}", e);
        }
        finally
        {
            System.IO.File.Delete(temporaryPath);
        }
    }
}
