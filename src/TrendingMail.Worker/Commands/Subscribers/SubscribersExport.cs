using System.CommandLine;
using TrendingMail.Storage;
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
        if (path.Trim().Length == 0)
        {
            throw new TrendingMailException("The file name is empty. Name a file, or - for standard output.");
        }

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

    /// <summary>
    /// Writes the file atomically, readable only by the current user. A device or a pipe is written as it is.
    /// </summary>
    private static async Task<long> WriteAsync(string path, Func<Stream, Task<long>> write)
    {
        var replaces = !IsDevice(path);
        var target = replaces ? $"{path}.{Path.GetRandomFileName()}" : path;
        try
        {
            long exported;
            await using (var stream = replaces
                ? PrivateFiles.Open(target, FileMode.CreateNew)
                : new FileStream(target, FileMode.Open, FileAccess.Write))
            {
                exported = await write(stream);
            }

            if (replaces)
            {
                System.IO.File.Move(target, path, overwrite: true);
            }

            return exported;
        }
        catch (Exception e) when (FileProblem.Matches(e))
        {
            throw new TrendingMailException($"Cannot write {path}: {FileProblem.Explain(path, e)}", e);
        }
        finally
        {
            if (replaces && System.IO.File.Exists(target))
            {
                System.IO.File.Delete(target);
            }
        }
    }

    /// <summary>Whether a path leads to a device such as /dev/stdout, which must not be replaced by a file.</summary>
    internal static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && Path.GetFullPath(path) is var full &&
        (full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal));
}
