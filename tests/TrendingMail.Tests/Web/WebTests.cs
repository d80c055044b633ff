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
using TrendingMail.Editions;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Papers;
using TrendingMail.Rendering;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;
using TrendingMail.Worker.Hosting;
using TrendingMail.Worker.Web;

namespace TrendingMail.Tests.Web;

/// <summary>The program's pages in memory: a clock that stands, an outbox, no sources, and a browser without cookies.</summary>
/// <param name="postgres">The database; null for a file of SQLite's.</param>
public abstract partial class WebTests(PostgreSqlFixture? postgres = null) : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private WebApplication? app;
    private HttpClient? client;

    protected static DateTimeOffset Morning { get; } = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    protected static DateOnly Today { get; } = new(2026, 11, 23);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected FakeTimeProvider Clock { get; } = new(Morning);

    /// <summary>The address from which the browser comes.</summary>
    protected IPAddress? RemoteAddress { get; set; } = IPAddress.Parse("203.0.113.77");

    /// <summary>The settings of section Security, where a test wants its own.</summary>
    protected SecurityOptions Security { get; set; } = new();

    /// <summary>The settings of section Webhooks, where a test wants its own.</summary>
    protected WebhookOptions Webhooks { get; set; } = new();

    /// <summary>The address to which bounces return; empty for none.</summary>
    protected string BounceAddress { get; set; } = "";

    protected HttpClient Browser => client!;

    protected string DatabaseFile => folder.File("web.db");

    protected string OutboxFolder => folder.File("outbox");

    public async ValueTask InitializeAsync()
    {
        var settings = new Settings
        {
            Site = new SiteOptions { Name = "Papers & Co", PublicUrl = new Uri("https://papers.example.org") },
            Database = postgres is { Dialect: not null }
                ? new DatabaseOptions { Provider = DatabaseProvider.PostgreSql, ConnectionString = postgres.ConnectionString }
                : new DatabaseOptions { ConnectionString = $"Data Source={DatabaseFile}" },
            Security = Security with { KeyRing = folder.File("keys.json") },
            Webhooks = Webhooks,
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
        client = app.GetTestClient();
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
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
        using var response = await Browser.GetAsync(path, Stop);
        Assert.Equal((path, status), (path, response.StatusCode));
        return await response.Content.ReadAsStringAsync(Stop);
    }

    protected async Task<string> PostAsync(string path, HttpStatusCode status, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.ToDictionary(field => field.Name, field => field.Value));
        using var response = await Browser.PostAsync(path, form, Stop);
        Assert.Equal((path, status), (path, response.StatusCode));
        return await response.Content.ReadAsStringAsync(Stop);
    }

    /// <summary>The hidden fields of a page's forms, as a browser would send them.</summary>
    protected static IEnumerable<(string Name, string Value)> FieldsOf(string page) =>
        HiddenField().Matches(page).Select(match => (match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value)));

    protected Task<string> EverythingAsync() => Contents.OfAsync(Get<Database>(), Stop);

    protected async Task<Subscriber> AddReaderAsync(string address, Preferences? preferences = null)
    {
        Assert.True(EmailAddress.TryParse(address, out var parsed, out _));
        await Get<SignUpFlow>().AddConfirmedAsync(parsed, preferences ?? new Preferences(), Origin.Command, Stop);
        return (await ReaderAsync(address))!;
    }

    protected async Task<Subscriber?> ReaderAsync(string address)
    {
        Assert.True(EmailAddress.TryParse(address, out var parsed, out _));
        await Get<SignUpRequests>().AnswerAsync(Stop);
        return await Get<SubscriberStore>().FindAsync(parsed, Stop);
    }

    protected async Task PublishAsync(DateOnly day, params ListedPaper[] papers)
    {
        await Get<PaperStore>().SaveAsync("HuggingFace", papers, Stop);
        Assert.IsType<PublishResult.Published>(await Get<EditionStore>().PublishAsync(day, Stop));
    }

    /// <summary>The path of a link of a reader, as it stands in the mails.</summary>
    protected string Link(Subscriber reader, LinkPurpose purpose)
    {
        var links = Get<ReaderLinks>();
        var url = purpose switch
        {
            LinkPurpose.Confirm => links.Confirm(reader, Clock.GetUtcNow()),
            LinkPurpose.Preferences => links.Preferences(reader, Clock.GetUtcNow()),
            LinkPurpose.Disown => links.Disown(reader, Clock.GetUtcNow()),
            LinkPurpose.Return => links.Return(reader, Clock.GetUtcNow()),
            _ => links.Unsubscribe(reader, Clock.GetUtcNow()),
        };
        return new Uri(url).AbsolutePath;
    }

    /// <summary>The path of the link beside a paper in a digest.</summary>
    protected string Link(Subscriber reader, long paperId, FeedbackKind kind) =>
        new Uri(Get<ReaderLinks>().Feedback(reader, paperId, kind, Clock.GetUtcNow())).AbsolutePath;

    /// <summary>Delivers what is queued, and gives back all mails that are in the outbox.</summary>
    protected async Task<IReadOnlyList<MimeMessage>> MailsAsync()
    {
        await Get<SignUpRequests>().AnswerAsync(Stop);
        await Get<DeliveryPump>().DrainAsync(null, Stop);
        return Directory.Exists(OutboxFolder)
            ? [.. Directory.EnumerateFiles(OutboxFolder, "*.eml").Order(StringComparer.Ordinal)
                .Select(file => MimeMessage.Load(file, Stop))]
            : [];
    }

    /// <summary>Lets a test put something of its own in place.</summary>
    protected virtual void Replace(IServiceCollection services)
    {
    }

    private void Customize(WebApplicationBuilder builder)
    {
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton<IStartupFilter>(new ComesFrom(() => RemoteAddress));

        Replace(builder.Services);

        // Nothing happens in the background: tests say when.
        foreach (var service in builder.Services.Where(IsOfTheProgram).ToArray())
        {
            builder.Services.Remove(service);
        }
    }

    private static bool IsOfTheProgram(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) &&
        (service.ImplementationType ?? service.ImplementationFactory?.Method.ReturnType)?.Assembly is { } assembly &&
        assembly == typeof(Announcer).Assembly;

    [GeneratedRegex("<input type=\"hidden\" name=\"([a-z_]+)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenField();

    private sealed class ComesFrom(Func<IPAddress?> address) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, rest) =>
            {
                http.Connection.RemoteIpAddress = address();
                return rest(http);
            });
            next(app);
        };
    }
}
