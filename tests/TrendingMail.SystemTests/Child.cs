using System.Diagnostics;
using System.Globalization;
using System.Text;
using TrendingMail.Tests;

namespace TrendingMail.SystemTests;

/// <summary>The exit code and output of a process.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Asserts that the exit code is zero.</summary>
    public ProcessResult EnsureSuccess()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}.\n{Output}\n{Errors}");
        return this;
    }
}

/// <summary>A process started by a test; disposing it kills the process if it still runs.</summary>
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

    /// <param name="environment">Added to the inherited environment; a null value removes a variable.</param>
    /// <param name="input">What the process reads from standard input.</param>
    public static Child Start(
        string program, IEnumerable<string> arguments, string? folder = null,
        IEnumerable<KeyValuePair<string, string?>>? environment = null, string input = "")
    {
        // A test run in the background of a script ignores SIGINT, and every child would inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", program, .. arguments])
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

        var child = new Child(string.Join(' ', start.ArgumentList.Skip(2).Prepend(Path.GetFileName(program))), start);
        child.process.Start();
        child.process.StandardInput.Write(input);
        child.process.StandardInput.Close();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program and waits for it to exit.</summary>
    public static async Task<ProcessResult> RunAsync(string program, params string[] arguments)
    {
        await using var child = Start(program, arguments);
        return await child.WaitForExitAsync();
    }

    /// <summary>Waits for the process to exit.</summary>
    public Task<ProcessResult> WaitForExitAsync() => WaitForExitAsync(Limit);

    /// <summary>Waits for the process to exit; fails the test on timeout.</summary>
    public async Task<ProcessResult> WaitForExitAsync(TimeSpan timeout)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"'{name}' did not exit within {timeout.TotalSeconds:0} s.\n{Output}\n{Errors}");
        }

        return new ProcessResult(process.ExitCode, Output, Errors);
    }

    /// <param name="signal">For example, TERM.</param>
    public async Task SignalAsync(string signal) =>
        (await RunAsync("kill", $"-{signal}", Id.ToString(CultureInfo.InvariantCulture))).EnsureSuccess();

    /// <summary>Kills the process if it still runs, and adds its output to the test's output.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"$ {name}\n{Output}{Errors}(exit code {process.ExitCode})");
        process.Dispose();
        LogCheck.AssertNothingPersonal(Output + Errors);
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
