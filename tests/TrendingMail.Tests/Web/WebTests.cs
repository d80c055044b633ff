using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Editions;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Links;
using TrendingMail.Papers;
using TrendingMail.SignUp;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Templates;
using TrendingMail.Tests.Storage;
using TrendingMail.Worker.Configuration;
using TrendingMail.Worker.Hosting;
using TrendingMail.Worker.Web;
using TrendingMail.Worker.Web.Clients;

namespace TrendingMail.Tests.Web;

/// <summary>
/// Runs the web application in memory with a fake clock, an outbox, no sources, and a client without cookies.
/// </summary>
/// <param name="postgres">The database; null for an SQLite file.</param>
public abstract partial class WebTests(PostgreSqlFixture? postgres = null) : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private WebApplication? app;
    private HttpClient? httpClient;

    protected static DateTimeOffset Morning { get; } = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    protected static DateOnly Today { get; } = new(2026, 11, 23);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected FakeTimeProvider Clock { get; } = new(Morning);

    /// <summary>The client's IP address.</summary>
    protected IPAddress? RemoteAddress { get; set; } = IPAddress.Parse("203.0.113.77");

    /// <summary>Overrides the public URL, under which the pages link to each other.</summary>
    protected Uri PublicUrl { get; set; } = new("https://papers.example.org");

    /// <summary>The port of the listener on which requests arrive.</summary>
    protected int LocalPort { get; set; } = 5080;

    /// <summary>Overrides the settings of section Forwarding.</summary>
    internal ForwardingOptions Forwarding { get; set; } = new();

    /// <summary>Overrides the settings of section Security.</summary>
    protected SecurityOptions Security { get; set; } = new();

    /// <summary>Overrides the settings of section Webhooks.</summary>
    protected WebhookOptions Webhooks { get; set; } = new();

    /// <summary>The bounce address; empty for none.</summary>
    protected string BounceAddress { get; set; } = "";

    protected HttpClient Client => httpClient!;

    protected string DatabaseFile => folder.File("web.db");

    protected string OutboxFolder => folder.File("outbox");

    public async ValueTask InitializeAsync()
    {
        var settings = new Settings
        {
            Site = new SiteOptions { Name = "Papers & Co", PublicUrl = PublicUrl },
            Database = postgres is { Dialect: not null }
                ? new DatabaseOptions
                {
                    Provider = DatabaseProvider.PostgreSql,
                    ConnectionString = postgres.ConnectionString
                }
                : new DatabaseOptions { ConnectionString = $"Data Source={DatabaseFile}" },
            Security = Security with { KeyRing = folder.File("keys.json") },
            Webhooks = Webhooks,
            Forwarding = Forwarding,
            Mail = new MailOptions
            {
                From = "digest@papers.example.org",
                BounceAddress = BounceAddress,
                Outbox = new OutboxOptions { Path = OutboxFolder },
            },
        };
        app = WebApp.Create(settings, Role.Web, Customize);
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(Stop);
        await app.StartAsync(Stop);
        httpClient = app.GetTestClient();
    }

    public async ValueTask DisposeAsync()
    {
        httpClient?.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        if (postgres is not null)
        {
            await postgres.DisposeAsync();
        }

        SqliteConnection.ClearAllPools();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected T Get<T>()
        where T : notnull => app!.Services.GetRequiredService<T>();

    protected async Task<string> PageAsync(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await Client.GetAsync(path, Stop);
        Assert.Equal((path, status), (path, response.StatusCode));
        return await response.Content.ReadAsStringAsync(Stop);
    }

    protected async Task<string> PostAsync(
        string path, HttpStatusCode status, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.ToDictionary(field => field.Name, field => field.Value));
        using var response = await Client.PostAsync(path, form, Stop);
        Assert.Equal((path, status), (path, response.StatusCode));
        return await response.Content.ReadAsStringAsync(Stop);
    }

    /// <summary>The hidden fields of a page's forms, as a browser would send them.</summary>
    protected static IEnumerable<(string Name, string Value)> GetHiddenFields(string page) =>
        HiddenFieldRegex().Matches(page)
            .Select(match => (match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value)));

    protected Task<string> DumpDatabaseAsync() => DatabaseSnapshot.CreateAsync(Get<Database>(), Stop);

    protected async Task<Subscriber> AddSubscriberAsync(string address, Preferences? preferences = null)
    {
        Assert.True(EmailAddress.TryParse(address, out var parsed, out _));
        await Get<SignUpFlow>()
            .AddConfirmedAsync(parsed, preferences ?? new Preferences(), ConsentOrigin.Command, Stop);
        return (await FindSubscriberAsync(address))!;
    }

    protected async Task<Subscriber?> FindSubscriberAsync(string address)
    {
        Assert.True(EmailAddress.TryParse(address, out var parsed, out _));
        await Get<SignUpRequestQueue>().ProcessAsync(Stop);
        return await Get<SubscriberStore>().FindAsync(parsed, Stop);
    }

    protected async Task PublishAsync(DateOnly day, params ListedPaper[] papers)
    {
        await Get<PaperStore>().SaveAsync("HuggingFace", papers, Stop);
        Assert.IsType<PublishResult.Published>(await Get<EditionStore>().PublishAsync(day, Stop));
    }

    /// <summary>The path of a subscriber's link, as in mails.</summary>
    protected string Link(Subscriber subscriber, LinkPurpose purpose)
    {
        var links = Get<SubscriberLinks>();
        var url = purpose switch
        {
            LinkPurpose.Confirm => links.Confirm(subscriber, Clock.GetUtcNow()),
            LinkPurpose.Preferences => links.Preferences(subscriber, Clock.GetUtcNow()),
            LinkPurpose.ReportNotMe => links.ReportNotMe(subscriber, Clock.GetUtcNow()),
            LinkPurpose.ExportData or LinkPurpose.ChangeAddress or LinkPurpose.EraseData =>
                links.Account(subscriber, purpose, Clock.GetUtcNow()),
            LinkPurpose.UndoUnsubscribe => links.UndoUnsubscribe(subscriber, Clock.GetUtcNow()),
            _ => links.Unsubscribe(subscriber, Clock.GetUtcNow()),
        };
        return new Uri(url).AbsolutePath;
    }

    /// <summary>The path of a feedback link of a paper in a digest.</summary>
    protected string Link(Subscriber subscriber, long paperId, FeedbackKind kind) =>
        new Uri(Get<SubscriberLinks>().Feedback(subscriber, paperId, kind, Clock.GetUtcNow())).AbsolutePath;

    /// <summary>Delivers everything that is queued, and returns all mails in the outbox.</summary>
    protected async Task<IReadOnlyList<MimeMessage>> DeliverAsync()
    {
        await Get<SignUpRequestQueue>().ProcessAsync(Stop);
        await Get<DeliveryDispatcher>().DispatchAsync(null, Stop);
        return Directory.Exists(OutboxFolder)
            ? [.. Directory.EnumerateFiles(OutboxFolder, "*.eml").Order(StringComparer.Ordinal)
                .Select(file => MimeMessage.Load(file, Stop))]
            : [];
    }

    /// <summary>Lets a test replace services.</summary>
    protected virtual void ConfigureServices(IServiceCollection services)
    {
    }

    private void Customize(WebApplicationBuilder builder)
    {
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton<IStartupFilter>(new ConnectionFilter(() => (RemoteAddress, LocalPort)));

        ConfigureServices(builder.Services);

        // No background work: tests trigger it.
        foreach (var service in builder.Services.Where(IsOwnHostedService).ToArray())
        {
            builder.Services.Remove(service);
        }
    }

    private static bool IsOwnHostedService(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) &&
        (service.ImplementationType ?? service.ImplementationFactory?.Method.ReturnType)?.Assembly is { } assembly &&
        assembly == typeof(StartupBanner).Assembly;

    [GeneratedRegex("<input type=\"hidden\" name=\"([a-z_]+)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenFieldRegex();

    private sealed class ConnectionFilter(Func<(IPAddress? Remote, int LocalPort)> connection) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, rest) =>
            {
                (http.Connection.RemoteIpAddress, http.Connection.LocalPort) = connection();
                return rest(http);
            });
            next(app);
        };
    }
}
