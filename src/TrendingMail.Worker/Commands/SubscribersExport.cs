using System.CommandLine;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Export;

namespace TrendingMail.Worker.Commands;

/// <summary><c>subscribers export</c>: writes the whole list.</summary>
internal static class SubscribersExport
{
    private static readonly Argument<string> File = new("FILE")
    {
        Description = "CSV, or JSON Lines (.jsonl); standard output, unless given",
        DefaultValueFactory = _ => "-",
    };

    private static readonly Option<bool> IsJson = new("--jsonl") { Description = "Write JSON Lines, whatever the file's name" };

    public static Command Create() => CommandRun.Verb("export",
        "Write the whole list, states, interests and consent included, so that an import takes it in again", [File, IsJson], RunAsync);

    private static async Task<int> RunAsync(CommandRun run)
    {
        var path = run.Value(File);
        var isJson = run.Value(IsJson) || Path.GetExtension(path).ToLowerInvariant() is ".jsonl" or ".ndjson";
        var export = run.Get<SubscriberExport>();
        if (path == "-")
        {
            await using var output = Console.OpenStandardOutput();
            await export.WriteAsync(output, isJson || run.WantsJson, null, run.Stop);
            return CommandRun.Done;
        }

        var total = (await run.Get<SubscriberStore>().CountAsync(run.Stop)).Values.Sum();
        using var bar = run.ShowsProgress ? new ProgressBar(total, "reader") : null;
        var readers = await WriteAsync(path, stream => export.WriteAsync(
            stream, isJson, bar is null ? null : new Told<long>(count => bar.Show(count, count)), run.Stop));
        bar?.Dispose();
        run.Print(new { File = path, Readers = readers }, $"{Columns.Count(readers, "reader")} written to {path}, which only you may read.");
        return CommandRun.Done;
    }

    /// <summary>Whole or not at all, and only for this user.</summary>
    private static async Task<long> WriteAsync(string path, Func<Stream, Task<long>> write)
    {
        var draft = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 16 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            long readers;
            await using (var stream = new FileStream(draft, options))
            {
                readers = await write(stream);
            }

            System.IO.File.Move(draft, path, overwrite: true);
            return readers;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"Cannot write {path}: {e.Message}", e);
        }
        finally
        {
            System.IO.File.Delete(draft);
        }
    }
}
