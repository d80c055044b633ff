using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace TrendingMail.SystemTests;

/// <summary>A fresh folder in which the real program runs, with settings of its own and papers from a file.</summary>
internal sealed class ProgramHome : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <summary>Those that were free a moment ago, and that nobody may have begun to serve at yet.</summary>
    private static readonly HashSet<int> GivenPorts = [];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-");

    public ProgramHome(string papers = "day-one.json")
    {
        Url = new Uri($"http://127.0.0.1:{FreePort()}");
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Url };

        // Half a day away from now, so that no hour comes while a test runs.
        var faraway = DateTime.UtcNow.AddHours(12).ToString("HH:mm", CultureInfo.InvariantCulture);
        Settings = new Dictionary<string, string?>
        {
            ["Urls"] = Url.GetLeftPart(UriPartial.Authority),
            ["Site__PublicUrl"] = Url.GetLeftPart(UriPartial.Authority),
            ["Site__PostalAddress"] = "Example Press, 1 Example Street, Exampleton",
            ["Papers__Sources__0__Kind"] = "File",
            ["Papers__Sources__0__Path"] = PapersFile(papers),
            ["Papers__FetchCron"] = "0 0 0 1 1 ?",
            ["Digest__PublishAt"] = faraway,
            ["Digest__DefaultSendAt"] = faraway,
        };
    }

    /// <summary>The program that is run; that which the tests were built with, where nothing else is said.</summary>
    public string Program { get; init; } = Path.Combine(AppContext.BaseDirectory, "TrendingMail.Worker.dll");

    public string Folder => folder.FullName;

    /// <summary>Where the program serves.</summary>
    public Uri Url { get; }

    /// <summary>Asks the program; follows no redirect and keeps no cookie.</summary>
    public HttpClient Http { get; }

    /// <summary>Environment variables of each process started from here.</summary>
    public Dictionary<string, string?> Settings { get; }

    public string Outbox => Path.Combine(Folder, "outbox");

    /// <summary>One of the lists of papers that lie beside the tests.</summary>
    public static string PapersFile(string name) => Path.Combine(AppContext.BaseDirectory, "Papers", name);

    /// <summary>A port of this machine that nobody serves at, another one each time.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            lock (GivenPorts)
            {
                if (GivenPorts.Add(port))
                {
                    return port;
                }
            }
        }
    }

    /// <summary>Runs a verb to its end.</summary>
    public async Task<Ended> RunAsync(params string[] verb)
    {
        await using var child = Start(verb);
        return await child.EndAsync();
    }

    /// <summary>What a verb prints with <c>--json</c>.</summary>
    public async Task<JsonElement> JsonAsync(params string[] verb) =>
        JsonElement.Parse((await RunAsync([.. verb, "--json"])).Well().Output);

    /// <summary>Starts <c>run</c> and waits until it is ready to serve.</summary>
    /// <param name="verb">With its options; none for the program's default.</param>
    public async Task<Child> ServeAsync(params string[] verb)
    {
        var program = Start(verb);
        try
        {
            await Until.FoundAsync($"the program serves at {Url}", StartLimit, async () =>
            {
                Assert.False(program.HasExited, $"The program ended at its start.\n{program.Output}\n{program.Errors}");
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

    /// <summary>The day of the first edition, which is published some moments after the start.</summary>
    public async Task<DateOnly> FirstEditionAsync()
    {
        var day = await Until.FoundAsync("the first edition is published", StartLimit, async () =>
            (await JsonAsync("edition", "list")).EnumerateArray()
                .Select(edition => edition.GetProperty("day").GetString())
                .LastOrDefault());
        return DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    /// <summary>Subscribes by the form's POST.</summary>
    public async Task SubscribeAsync(string address)
    {
        using var form = new FormUrlEncodedContent([new("email", address)]);
        using var answer = await Http.PostAsync(new Uri("/subscribe", UriKind.Relative), form, Stop);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
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
                // A process that was killed just now may still hold a file.
                return false;
            }
        });
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts a verb and does not wait for it.</summary>
    public Child Start(params string[] verb) => Child.Start(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [Program, .. verb],
        Folder,
        WithoutInherited().Concat(Settings));

    /// <summary>Takes the settings away that whoever runs the tests has in the environment.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> WithoutInherited() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(key => key.Contains("__", StringComparison.Ordinal))
            .Select(key => KeyValuePair.Create(key, (string?)null));

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), Stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
