using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TrendingMail.Tests.Papers;

namespace TrendingMail.Tests.Commands;

/// <summary>The result of running a command.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error);

/// <summary>
/// Runs the program as an operator does, in a temporary folder, with a file as the only paper source.
/// </summary>
public abstract class CommandTests : IDisposable
{
    public const int Done = 0;

    public const int Failed = 1;

    public const int WrongUsage = 2;

    private const string Program = "trendingmail.dll";

    protected TemporaryFolder Folder { get; } = new();

    /// <summary>The program uses the system clock, so an edition must be recent to be sent.</summary>
    protected static string Today { get; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected Task<CommandResult> RunAsync(params string[] arguments) => RunAsync([], arguments);

    protected async Task<CommandResult> RunAsync((string Key, string Value)[] settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, Program));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["Papers__Sources__0__Kind"] = "File";
        start.Environment["Papers__Sources__0__Path"] = "source.json";
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        LogCheck.AssertNothingPersonal(await output + await error);
        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command that must succeed, and returns its output.</summary>
    protected async Task<string> SucceedAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == Done,
            $"{string.Join(' ', arguments)}: {result.ExitCode}\n{result.Error}{result.Output}");
        Assert.Empty(result.Error);
        return result.Output;
    }

    /// <summary>Runs a command that must succeed with <c>--json</c>.</summary>
    protected async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        using var json = JsonDocument.Parse(await SucceedAsync([.. arguments, "--json"]));
        return json.RootElement.Clone();
    }

    /// <summary>Runs a command that must fail with a single line on standard error and no other output.</summary>
    protected async Task<string> FailAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == Failed,
            $"{string.Join(' ', arguments)}: {result.ExitCode}\n{result.Error}{result.Output}");
        Assert.Empty(result.Output);
        return Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    protected string WritePapers(string name, params string[] arxivIds) =>
        Folder.Write(name, $"[{string.Join(',', arxivIds.Select(id => TestPapers.Json(id)))}]");
}
