using System.Net;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Papers.Search;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Latex;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Hosting;

/// <summary>Puts the features together, from the bottom floor up.</summary>
internal static class Services
{
    private const string PaperSourceClient = "paper-source";

    /// <summary>A day's page of papers is about 300 KB; far more than that is no list of papers.</summary>
    private const int MaximumAnswer = 32 << 20;

    public static IServiceCollection AddTrendingMail(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings).AddSingleton(settings.Site).AddSingleton(settings.Digest)
            .AddSingleton(settings.Mail).AddSingleton(settings.Delivery);

        services.AddSingleton(DialectOf(settings));
        services.AddSingleton<Database>().AddSingleton<Migrator>();

        services.AddPaperSources(settings);
        services.AddSingleton<PaperStore>().AddSingleton<PaperCollector>();
        services.AddSingleton(provider => new PaperSearch(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<PaperStore>(),
            provider.GetRequiredService<TimeProvider>(), LatexText.ToReadable));
        services.AddSingleton(_ => new Templates(Home.Templates)).AddSingleton<MailRenderer>();
        services.AddSingleton<SubscriberStore>().AddSingleton<LinkSigner>();
        services.AddSingleton(provider =>
            KeyRing.Open(settings.Security.KeyRing, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider =>
            new ReaderLinks(provider.GetRequiredService<LinkSigner>(), settings.Site.BaseUrl));

        services.AddSingleton<EditionStore>().AddSingleton<EditionDesk>();
        services.AddSingleton<Ledger>().AddSingleton<Postmark>().AddSingleton<DeliveryPump>();
        services.AddSingleton(provider =>
            new ReturnPath(provider.GetRequiredService<KeyRing>(), settings.Mail.BounceAddress));
        services.AddSingleton(_ => new DkimSignatures(settings.Mail.Dkim));
        services.AddSingleton<IMailTransport>(_ => settings.Mail.Transport == TransportKind.Smtp
            ? new SmtpTransport(settings.Mail.Smtp)
            : new OutboxTransport(settings.Mail.Outbox.Path));

        services.AddSingleton<DigestPlanner>().AddSingleton<DigestComposer>();
        services.AddSingleton<SignUpFlow>().AddSingleton<NoticeComposer>();
        services.AddSingleton<IEnumerable<Composer>>(provider =>
        [
            provider.GetRequiredService<DigestComposer>().AsComposer(),
            .. provider.GetRequiredService<NoticeComposer>().AsComposers(),
        ]);
        return services;
    }

    public static IDialect DialectOf(Settings settings) =>
        new SqliteDialect(settings.Database.ConnectionString, Home.Directory);

    private static void AddPaperSources(this IServiceCollection services, Settings settings)
    {
        services.AddHttpClient(PaperSourceClient, client =>
            {
                client.MaxResponseContentBufferSize = MaximumAnswer;
                client.DefaultRequestHeaders.UserAgent.ParseAdd("TrendingMail/0.1");
                client.DefaultRequestHeaders.TryAddWithoutValidation("From", settings.Site.Contact);
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.All,
                ConnectTimeout = TimeSpan.FromSeconds(5),
            })
            .AddStandardResilienceHandler(options =>
            {
                options.Retry.MaxRetryAttempts = 2;
                options.Retry.Delay = TimeSpan.FromSeconds(1);
                options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(10);
                options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(30);
                options.CircuitBreaker.SamplingDuration = TimeSpan.FromSeconds(30);
            });

        foreach (var source in settings.Papers.Sources)
        {
            services.AddSingleton<IPaperSource>(provider => source.Kind == SourceKind.File
                ? new FileSource(source.Path)
                : new HuggingFaceSource(
                    provider.GetRequiredService<IHttpClientFactory>().CreateClient(PaperSourceClient), source.Url));
        }
    }
}
