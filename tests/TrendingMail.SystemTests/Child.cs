using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace TrendingMail.SystemTests;

/// <summary>How a child process ended, and what it said.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors)
{
    /// <summary>Asserts that it ended well.</summary>
    public Ended Well()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}.\n{Output}\n{Errors}");
        return this;
    }
}

/// <summary>A process that a test started, and ends at the latest when the test does.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Process process;

    private readonly string name;

    private readonly Lines output = new();

    private readonly Lines errors = new();

    private Child(string name, ProcessStartInfo start)
    {
        this.name = name;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => errors.Add(line.Data);
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public string Output => output.ToString();

    public string Errors => errors.ToString();

    /// <param name="environment">Added to the own environment; null takes a variable away.</param>
    public static Child Start(
        string program, IEnumerable<string> arguments, string? folder = null,
        IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (key, value) in environment ?? [])
        {
            start.Environment[key] = value;
        }

        var child = new Child(string.Join(' ', start.ArgumentList.Prepend(Path.GetFileName(program))), start);
        child.process.Start();
        child.process.StandardInput.Close();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Ended> RunAsync(string program, params string[] arguments)
    {
        await using var child = Start(program, arguments);
        return await child.EndAsync();
    }

    /// <summary>Waits for the end.</summary>
    public Task<Ended> EndAsync() => EndAsync(Limit);

    /// <summary>Waits for the end, and no longer than a limit.</summary>
    public async Task<Ended> EndAsync(TimeSpan longest)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(longest);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"'{name}' has not ended after {longest.TotalSeconds:0} s.\n{Output}\n{Errors}");
        }

        return new Ended(process.ExitCode, Output, Errors);
    }

    /// <param name="signal">Such as TERM.</param>
    public async Task SignalAsync(string signal) =>
        (await RunAsync("kill", $"-{signal}", Id.ToString(CultureInfo.InvariantCulture))).Well();

    /// <summary>Ends it if it still runs, and keeps what it said with the test's result.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"$ {name}\n{Output}{Errors}(exit code {process.ExitCode})");
        process.Dispose();
    }

    private sealed class Lines
    {
        private readonly StringBuilder text = new();

        public void Add(string? line)
        {
            if (line is not null)
            {
                lock (text)
                {
                    text.AppendLine(line);
                }
            }
        }

        public override string ToString()
        {
            lock (text)
            {
                return text.ToString();
            }
        }
    }
}
