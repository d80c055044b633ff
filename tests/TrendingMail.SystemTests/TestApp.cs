using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace TrendingMail.SystemTests;

/// <summary>Runs the real program in a temporary folder, with its own settings and papers from a file.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <summary>Ports already handed out, which may not be bound yet.</summary>
    private static readonly HashSet<int> UsedPorts = [];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-");

    public TestApp(string papers = "day-one.json")
    {
        Url = new Uri($"http://127.0.0.1:{FreePort()}");
        Http = new HttpClient(
            new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
        { BaseAddress = Url };

        // Twelve hours away, so that nothing falls due while a test runs.
        var inTwelveHours = DateTime.UtcNow.AddHours(12).ToString("HH:mm", CultureInfo.InvariantCulture);
        Settings = new Dictionary<string, string?>
        {
            ["Urls"] = Url.GetLeftPart(UriPartial.Authority),
            ["ManagementUrls"] = ManagementUrl.GetLeftPart(UriPartial.Authority),
            ["Site__PublicUrl"] = Url.GetLeftPart(UriPartial.Authority),
            ["Mail__From"] = "digest@papers.example.org",

            // Links lead to this machine, which holds digests that would leave by SMTP.
            ["Deliverability__HoldOnBadFindings"] = "false",
            ["Site__PostalAddress"] = "Example Press, 1 Example Street, Exampleton",
            ["Papers__Sources__0__Kind"] = "File",
            ["Papers__Sources__0__Path"] = PapersFile(papers),
            ["Papers__FetchCron"] = "0 0 0 1 1 ?",
            ["Digest__PublishAt"] = inTwelveHours,
            ["Digest__DefaultSendAt"] = inTwelveHours,
        };
    }

    /// <summary>The assembly to run; by default, the one the tests were built with.</summary>
    public string Program { get; init; } = Path.Combine(AppContext.BaseDirectory, "trendingmail.dll");

    public string Folder => folder.FullName;

    /// <summary>The address on which the program listens.</summary>
    public Uri Url { get; }

    /// <summary>The address of the outbox and metrics.</summary>
    public Uri ManagementUrl { get; } = new($"http://127.0.0.1:{FreePort()}");

    /// <summary>A client for the program that follows no redirects and keeps no cookies.</summary>
    public HttpClient Http { get; }

    /// <summary>Environment variables of each process started.</summary>
    public Dictionary<string, string?> Settings { get; }

    public string Outbox => Path.Combine(Folder, "outbox");

    /// <summary>The path of a file of papers in the tests' output folder.</summary>
    public static string PapersFile(string name) => Path.Combine(AppContext.BaseDirectory, "Papers", name);

    /// <summary>
    /// A free TCP port; a different one at each call. It is below those that the system gives to outgoing connections,
    /// so that none takes it before the test does.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(12_000, 32_000);
            lock (UsedPorts)
            {
                if (UsedPorts.Add(port) && IsFree(port))
                {
                    return port;
                }
            }
        }
    }

    /// <summary>Runs a verb and waits for it to exit.</summary>
    public async Task<ProcessResult> RunAsync(params string[] verb)
    {
        await using var child = Start(verb);
        return await child.WaitForExitAsync();
    }

    /// <summary>Runs a verb with <c>--json</c> and parses its output.</summary>
    public async Task<JsonElement> JsonAsync(params string[] verb) =>
        JsonElement.Parse((await RunAsync([.. verb, "--json"])).EnsureSuccess().Output);

    /// <summary>Starts the program and waits until it is ready.</summary>
    /// <param name="verb">The verb and its options; empty for the default.</param>
    public async Task<Child> ServeAsync(params string[] verb)
    {
        var program = Start(verb);
        try
        {
            await Until.FoundAsync($"the program is ready at {Url}", StartLimit, async () =>
            {
                Assert.False(program.HasExited, $"The program exited at startup.\n{program.Output}\n{program.Errors}");
                return await IsReadyAsync() ? program : null;
            });
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for the first edition, which is published shortly after startup, and returns its day.</summary>
    public async Task<DateOnly> WaitForFirstEditionAsync()
    {
        var day = await Until.FoundAsync("the first edition is published", StartLimit, async () =>
            (await JsonAsync("edition", "list")).EnumerateArray()
                .Select(edition => edition.GetProperty("day").GetString())
                .LastOrDefault());
        return DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    /// <summary>Subscribes by posting the sign-up form.</summary>
    public async Task SubscribeAsync(string address)
    {
        using var form = new FormUrlEncodedContent([new("email", address)]);
        using var response = await Http.PostAsync(new Uri("/subscribe", UriKind.Relative), form, Stop);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Until.TrueAsync($"{Folder} can be deleted", TimeSpan.FromSeconds(5), () =>
        {
            try
            {
                folder.Delete(recursive: true);
                return true;
            }
            catch (IOException)
            {
                // A process that was just killed may still hold a file open.
                return false;
            }
        });
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts a verb without waiting for it.</summary>
    public Child Start(params string[] verb) => Child.Start(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [Program, .. verb],
        Folder,
        ProcessEnvironment);

    /// <summary>The environment of a process of this installation, without the settings of the test run.</summary>
    public IEnumerable<KeyValuePair<string, string?>> ProcessEnvironment => ClearInheritedSettings().Concat(Settings);

    /// <summary>Removes settings inherited from the environment of the test run.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> ClearInheritedSettings() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(key => key.Contains("__", StringComparison.Ordinal))
            .Select(key => KeyValuePair.Create(key, (string?)null));

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), Stop);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
