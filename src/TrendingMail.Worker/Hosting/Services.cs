using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Mailboxes;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Papers;
using TrendingMail.Papers.Arxiv;
using TrendingMail.Papers.Http;
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
    public static IServiceCollection AddTrendingMail(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings).AddSingleton(settings.Site).AddSingleton(settings.Papers).AddSingleton(settings.Digest)
            .AddSingleton(settings.Mail).AddSingleton(settings.Delivery).AddSingleton(settings.Security)
            .AddSingleton(settings.Retention);

        services.AddSingleton(settings.Database.ToDialect(Home.Directory));
        services.AddSingleton<Database>().AddSingleton<Migrator>();

        services.AddPaperSources(settings);
        services.AddSingleton<PaperStore>().AddSingleton<PaperCollector>();
        services.AddSingleton(provider => new PaperVocabulary(provider.GetRequiredService<Database>(),
            provider.GetRequiredService<TimeProvider>(), LatexText.ToReadable));
        services.AddSingleton(provider => new PaperSearch(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<PaperStore>(),
            provider.GetRequiredService<TimeProvider>(), LatexText.ToReadable));
        services.AddSingleton(provider => new Templates(Home.Templates, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Templates>>())).AddSingleton<MailRenderer>();
        services.AddSingleton<SubscriberStore>().AddSingleton<LinkSigner>();
        services.AddSingleton<InterestStore>().AddSingleton<FeedbackStore>().AddSingleton<SuppressionStore>()
            .AddSingleton<ErasedAddresses>();
        services.AddListWork();
        services.AddSingleton<KeyStore>(provider => settings.Security.KeyRing is { Length: > 0 } file
            ? new KeyFile(file, provider.GetRequiredService<TimeProvider>())
            : new KeyTable(provider.GetRequiredService<Database>(), provider.GetRequiredService<TimeProvider>(),
                new KeyFile(Path.GetFullPath(SecurityOptions.DefaultKeyFile, Home.Directory), provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton(provider =>
            KeyRing.Open(provider.GetRequiredService<KeyStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider =>
            new ReaderLinks(provider.GetRequiredService<LinkSigner>(), settings.Site.BaseUrl));

        services.AddSingleton(provider => EditionIntake.Of(provider.GetServices<IPaperSource>()));
        services.AddSingleton<EditionStore>().AddSingleton<EditionDesk>();
        services.AddSingleton(provider => new LedgerClerk(
            provider.GetRequiredService<Database>(), settings.Delivery, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LedgerClerk>>(), NodeId.Own));
        services.AddSingleton<Ledger>().AddSingleton<DeliveryHistory>().AddSingleton<DeliveryEvents>().AddSingleton<LedgerRetention>().AddSingleton<DomainBook>()
            .AddSingleton<Postmark>().AddSingleton<OperatorAlerts>()
            .AddSingleton<DeliveryPump>();
        services.AddSingleton(provider =>
            new ReturnPath(provider.GetRequiredService<KeyRing>(), settings.Mail.BounceAddress));
        services.AddSingleton(_ => new DkimSignatures(settings.Mail.Dkim));
        services.AddSingleton<IMailTransport>(provider => settings.Mail.Transport == TransportKind.Smtp
            ? new SmtpTransport(settings.Mail.Smtp, TimeProvider.System, provider.GetRequiredService<DomainBook>().Turns)
            : new OutboxTransport(settings.Mail.Outbox.Path));

        services.AddSingleton<DigestPlanner>().AddSingleton<DigestDesk>().AddSingleton<DigestRenderer>()
            .AddSingleton<DigestPress>().AddSingleton<DigestComposer>().AddSingleton<TestDigest>();
        services.AddSingleton<SignUpFlow>().AddSingleton<SignUpRequests>().AddSingleton<SignUpBlocks>()
            .AddSingleton<FormStamps>().AddSingleton<NoticeComposer>();
        services.AddSingleton<AddressChangeFlow>().AddSingleton<MoveComposer>().AddSingleton<ReaderArchive>().AddSingleton<ErasureFlow>();
        services.AddSingleton(_ => DisposableDomains.Load(settings.Security.DisposableDomains))
            .AddSingleton<LimitBook>().AddSingleton<TargetLimits>().AddSingleton<AddressGate>();
        services.AddSingleton<IEnumerable<Composer>>(provider =>
        [
            provider.GetRequiredService<DigestComposer>().AsComposer(),
            .. provider.GetRequiredService<NoticeComposer>().AsComposers(),
            .. provider.GetRequiredService<MoveComposer>().AsComposers(),
        ]);

        services.AddSingleton(settings.Inbound).AddSingleton<InboundBook>().AddSingleton<ReaderFinder>().AddSingleton<ReportDesk>()
            .AddSingleton<InboundDesk>().AddSingleton<InboundRetention>().AddSingleton<InboundUndo>().AddSingleton<Refusals>().AddSingleton<ReaderTrace>().AddSingleton<Intake>().AddSingleton<MailboxWatch>();
        services.AddWebhooks(settings.Webhooks);
        return services;
    }

    private static void AddPaperSources(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<HttpMemory>().AddSingleton<RequestSlots>().AddSingleton<ArxivBatches>();
        foreach (var (source, i) in settings.Papers.Sources.Select((source, i) => (source, i)))
        {
            // A client each: connections to the operator's own address are not for redirects from elsewhere.
            var client = $"paper-source-{i}";
            var url = source.Url is { OriginalString.Length: > 0 } given ? given : null;
            services.AddPaperClient(client, url ?? DefaultUrl(source.Kind), Manners(source.Kind, settings));
            services.AddSingleton<IPaperSource>(provider =>
            {
                HttpClient Http() => provider.GetRequiredService<IHttpClientFactory>().CreateClient(client);
                var memory = provider.GetRequiredService<HttpMemory>();
                var clock = provider.GetRequiredService<TimeProvider>();
                return source.Kind switch
                {
                    SourceKind.File => new FileSource(source.Path),
                    SourceKind.Arxiv => new ArxivSource(
                        Http(), url, source.Categories, memory, provider.GetRequiredService<ArxivBatches>(), clock),
                    _ => new HuggingFaceSource(Http(), url ?? DefaultUrl(source.Kind), memory, clock),
                };
            });
        }
    }

    private static Uri DefaultUrl(SourceKind kind) =>
        kind == SourceKind.Arxiv ? ArxivSource.Api : HuggingFaceSource.Api;

    private static ClientManners Manners(SourceKind kind, Settings settings)
    {
        var manners = new ClientManners
        {
            UserAgent = $"TrendingMail/0.1 (+{settings.Site.BaseUrl}; mailto:{settings.Site.Contact})",
        };

        // arXiv's terms: one connection, and three seconds between requests. Its search may take half a minute.
        return kind != SourceKind.Arxiv ? manners : manners with
        {
            Service = "arxiv",
            FirstRetry = TimeSpan.FromSeconds(5),
            AttemptTimeout = TimeSpan.FromSeconds(30),
            TotalTimeout = TimeSpan.FromMinutes(3),
            LongestRetryAfter = TimeSpan.FromSeconds(60),
        };
    }
}
