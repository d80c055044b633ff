using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Outbox;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Digests;
using TrendingMail.Digests.Planning;
using TrendingMail.Digests.Selection;
using TrendingMail.Editions;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Actions;
using TrendingMail.Inbound.Mailboxes;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Messages.Dkim;
using TrendingMail.Papers;
using TrendingMail.Papers.Search;
using TrendingMail.Papers.Sources;
using TrendingMail.Papers.Sources.Arxiv;
using TrendingMail.Papers.Sources.Files;
using TrendingMail.Papers.Sources.Http;
using TrendingMail.Papers.Sources.HuggingFace;
using TrendingMail.SignUp;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Configuration;

/// <summary>Registers all features, from the lowest layer up.</summary>
internal static class ServiceCollectionExtensions
{
    public static IServiceCollection AddTrendingMail(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings).AddSingleton(settings.Site).AddSingleton(settings.Papers).AddSingleton(settings.Digest)
            .AddSingleton(settings.Mail).AddSingleton<SenderOptions>(settings.Mail).AddSingleton(settings.Delivery).AddSingleton(settings.Security)
            .AddSingleton(settings.Retention);

        services.AddSingleton(settings.Database.CreateDialect(ApplicationPaths.WorkingDirectory));
        services.AddSingleton<Database>().AddSingleton<Migrator>();

        services.AddPaperSources(settings);
        services.AddSingleton<PaperStore>().AddSingleton<PaperCollector>();
        services.AddSingleton<PaperVocabulary>().AddSingleton<PaperSearch>();
        services.AddSingleton<IDataUpgrade, PaperTextUpgrade>();
        services.AddSingleton(provider => new TemplateLibrary(ApplicationPaths.Templates, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TemplateLibrary>>()));
        services.AddSingleton<SubscriberStore>().AddSingleton<PreferencesService>()
            .AddSingleton<LinkSigner>().AddSingleton<LinkVerifier>();
        services.AddSingleton<InterestStore>().AddSingleton<FeedbackStore>().AddSingleton<SuppressionStore>()
            .AddSingleton<ErasedAddressStore>();
        services.AddSubscriberAdministration();
        services.AddSingleton<KeyStore>(provider => settings.Security.KeyRing is { Length: > 0 } file
            ? new FileKeyStore(file, provider.GetRequiredService<TimeProvider>())
            : new DatabaseKeyStore(provider.GetRequiredService<Database>(), provider.GetRequiredService<TimeProvider>(),
                new FileKeyStore(Path.GetFullPath(SecurityOptions.DefaultKeyFile, ApplicationPaths.WorkingDirectory), provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton(provider =>
            KeyRing.Open(provider.GetRequiredService<KeyStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider =>
            new SubscriberLinks(provider.GetRequiredService<LinkSigner>(), settings.Site.BaseUrl));

        services.AddSingleton(provider => EligibilityPolicy.For(provider.GetServices<IPaperSource>()));
        services.AddSingleton<EditionStore>().AddSingleton<EditionPublisher>();
        services.AddSingleton(provider => new DeliveryStateWriter(
            provider.GetRequiredService<Database>(), settings.Delivery, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DeliveryStateWriter>>(), ProcessId.Current));
        services.AddSingleton<DeliveryQueue>().AddSingleton<DeliveryHistory>().AddSingleton<DomainReporter>().AddSingleton<DeliveryEvents>().AddSingleton<DeliveryRetention>().AddSingleton<DomainThrottleStore>()
            .AddSingleton<MessageComposer>().AddSingleton<OperatorAlerts>()
            .AddSingleton<DeliveryDispatcher>();
        services.AddSingleton(provider =>
            new ReturnPath(provider.GetRequiredService<KeyRing>(), settings.Mail.BounceAddress));
        services.AddSingleton(_ => new DkimSignatures(settings.Mail.Dkim));
        services.AddSingleton<OutboxFolder>();
        services.AddSingleton<IMailTransport>(provider => settings.Mail.Transport == TransportKind.Smtp
            ? new SmtpTransport(settings.Mail.Smtp, TimeProvider.System, provider.GetRequiredService<DomainThrottleStore>().RateLimiter)
            : new OutboxTransport(settings.Mail.Outbox.Path));

        services.AddSingleton<DigestPlanner>().AddSingleton<DigestSelector>().AddSingleton<FeedbackService>()
            .AddSingleton<DigestComposer>()
            .AddSingleton<DigestSender>().AddSingleton<DigestPreviewer>().AddSingleton<TestDigestSender>();
        services.AddSingleton<SignUpFlow>().AddSingleton<SignUpService>().AddSingleton<AutomationCheck>()
            .AddSingleton<SignUpRequestQueue>().AddSingleton<SignUpBlocklist>()
            .AddSingleton<FormTokens>().AddSingleton<NoticeComposer>();
        services.AddSingleton<AddressChangeFlow>().AddSingleton<AddressChangeService>().AddSingleton<AddressChangeComposer>().AddSingleton<PersonalDataExport>().AddSingleton<ErasureFlow>();
        services.AddSingleton(_ => DisposableDomains.Load(settings.Security.DisposableDomains))
            .AddSingleton<RateLimitStore>().AddSingleton<AddressRateLimits>().AddSingleton<AddressPolicy>();
        services.AddSingleton<IEnumerable<Composer>>(provider =>
        [
            provider.GetRequiredService<DigestComposer>().ComposeAsync,
            provider.GetRequiredService<NoticeComposer>().ComposeAsync,
            provider.GetRequiredService<AddressChangeComposer>().ComposeAsync,
        ]);

        services.AddSingleton(settings.Inbound).AddSingleton<InboundStore>().AddSingleton<SubscriberResolver>().AddSingleton<BounceHandler>()
            .AddSingleton<InboundMessageHandler>().AddSingleton<InboundRetention>().AddSingleton<InboundUndo>().AddSingleton<InboundReport>().AddSingleton<SmtpRejectionProcessor>().AddSingleton<SubscriberTrace>().AddSingleton<MailboxProcessor>().AddSingleton<MailboxMonitor>();
        services.AddWebhooks(settings.Webhooks);
        return services;
    }

    private static void AddPaperSources(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<HttpCacheStore>().AddSingleton<RequestLimiter>().AddSingleton<ArxivBatchStore>();
        foreach (var (source, i) in settings.Papers.Sources.Select((source, i) => (source, i)))
        {
            // One client per source: each client may connect to its own configured host, private addresses included; a
            // redirect from another source must not reach that host.
            var client = $"paper-source-{i}";
            var url = source.Url is { OriginalString.Length: > 0 } configured ? configured : null;
            services.AddPaperHttpClient(client, url ?? DefaultUrl(source.Kind), HttpPolicy(source.Kind, settings));
            services.AddSingleton<IPaperSource>(provider =>
            {
                HttpClient CreateClient() => provider.GetRequiredService<IHttpClientFactory>().CreateClient(client);
                var cache = provider.GetRequiredService<HttpCacheStore>();
                var clock = provider.GetRequiredService<TimeProvider>();
                return source.Kind switch
                {
                    SourceKind.File => new FileSource(source.Path),
                    SourceKind.Arxiv => new ArxivSource(
                        CreateClient(), url, source.Categories, cache, provider.GetRequiredService<ArxivBatchStore>(), clock),
                    _ => new HuggingFaceSource(CreateClient(), url ?? DefaultUrl(source.Kind), cache, clock),
                };
            });
        }
    }

    private static Uri DefaultUrl(SourceKind kind) =>
        kind == SourceKind.Arxiv ? ArxivSource.Api : HuggingFaceSource.Api;

    private static HttpClientPolicy HttpPolicy(SourceKind kind, Settings settings)
    {
        var policy = new HttpClientPolicy
        {
            UserAgent = $"TrendingMail/0.1 (+{settings.Site.BaseUrl}; mailto:{settings.Site.Contact})",
        };

        // arXiv's terms of use: one connection, three seconds between requests. A search may take 30 seconds.
        return kind != SourceKind.Arxiv ? policy : policy with
        {
            Service = "arxiv",
            RetryDelay = TimeSpan.FromSeconds(5),
            AttemptTimeout = TimeSpan.FromSeconds(30),
            TotalTimeout = TimeSpan.FromMinutes(3),
            MaximumRetryAfter = TimeSpan.FromSeconds(60),
        };
    }
}
