using System.Diagnostics;
using System.Text;

namespace TrendingMail.Diagnostics.Content;

/// <summary>Runs SpamAssassin on a message.</summary>
internal static class SpamAssassin
{
    /// <summary>The path of the program; null if it is not installed.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, "spamassassin")).FirstOrDefault(File.Exists);

    /// <summary>Returns the message with SpamAssassin's report.</summary>
    /// <exception cref="TrendingMailException">The program failed.</exception>
    public static async Task<string> RunAsync(string program, byte[] message, CancellationToken cancellationToken)
    {
        // --local: no network tests. --test-mode: adds the report whatever the score.
        using var process = Process.Start(new ProcessStartInfo(program, ["--local", "--test-mode"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.BaseStream.WriteAsync(message, cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? await output
                : throw new TrendingMailException($"SpamAssassin failed: {(await errors).Trim()}");
        }
        catch (IOException e)
        {
            throw new TrendingMailException($"SpamAssassin failed: {e.Message}", e);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
