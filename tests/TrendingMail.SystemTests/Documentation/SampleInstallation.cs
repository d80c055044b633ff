using System.Globalization;

namespace TrendingMail.SystemTests.Documentation;

/// <summary>
/// An installation as the documentation assumes it: a published edition, the subscribers ada and grace, whose mail
/// bounced, the suppressed address alan, and the files that its commands read. Each block of commands runs in a copy.
/// </summary>
public sealed class SampleInstallation : IAsyncLifetime
{
    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private const string Copies = "copies";

    private readonly TestApp app = new("sample.json");

    private int copies;

    public async ValueTask InitializeAsync()
    {
        app.Settings["Digest__PublishAt"] = "00:00"; // The newest day due is today, whatever the time.
        var day = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        File.Copy(
            Repository.File("src", "TrendingMail", "Papers", "Sample", "daily-papers.json"), InFolder("papers.json"));
        await WriteAsync("bounce.eml", Bounce.ReplaceLineEndings("\r\n"));
        await WriteAsync("subscribers.csv", "email,Field of interest\nmary@example.org,speech\n");
        foreach (var verb in (string[][])
            [
                ["papers", "fetch", "--date", day],
                ["edition", "publish", "--date", day],
                ["subscribers", "add", "ada@example.org", "--confirmed"],
                ["subscribers", "add", "grace@example.org", "--confirmed"],
                ["suppressions", "add", "alan@example.org"],
                ["digest", "send", "--date", day],
                ["inbound", "process", "bounce.eml"],
            ])
        {
            (await app.RunAsync(verb)).EnsureSuccess();
        }
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    /// <summary>Runs commands in the shell, one after the other, and stops at the first that fails.</summary>
    internal async Task<ProcessResult> RunAsync(IEnumerable<string> commands)
    {
        var number = Interlocked.Increment(ref copies).ToString(CultureInfo.InvariantCulture);
        var folder = Path.Combine(app.Folder, Copies, number);
        CopyFolder(app.Folder, folder);
        var program = $"'{Dotnet}' '{app.Program}'";
        var script = string.Join('\n', commands.Select(command =>
            command.Replace($"{DocumentedCommands.Program} --", program, StringComparison.Ordinal)));
        await using var shell = Child.Start(
            "bash", ["-exuo", "pipefail", "-c", script], folder, app.ProcessEnvironment);
        return await shell.WaitForExitAsync();
    }

    private Task WriteAsync(string name, string text) =>
        File.WriteAllTextAsync(InFolder(name), text, TestContext.Current.CancellationToken);

    private string InFolder(string name) => Path.Combine(app.Folder, name);

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.EnumerateDirectories(from).Where(folder => Path.GetFileName(folder) != Copies))
        {
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }

    private const string Bounce = """
        Return-Path: <>
        From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
        To: bounces@papers.example.org
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <bounce-1@mx.example.org>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        <grace@example.org>: 550 5.1.1 User unknown
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org

        Final-Recipient: rfc822; grace@example.org
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 User unknown

        --b--

        """;
}
