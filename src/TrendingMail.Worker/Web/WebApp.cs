using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Net.Http.Headers;
using TrendingMail.Delivery;
using TrendingMail.Scheduling;
using TrendingMail.Templates;
using TrendingMail.Worker.Configuration;
using TrendingMail.Worker.Hosting;
using TrendingMail.Worker.Terminal;
using TrendingMail.Worker.Web.Api;
using TrendingMail.Worker.Web.Clients;
using TrendingMail.Worker.Web.Operations;
using TrendingMail.Worker.Web.Public;
using TrendingMail.Worker.Web.Subscribers;
using TrendingMail.Worker.Web.Webhooks;

namespace TrendingMail.Worker.Web;

/// <summary>Builds the application for a role: pages, schedule, delivery.</summary>
internal static class WebApp
{
    private const string ContentPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; " +
        "img-src 'self' https: data:; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The output cache policy of public pages and feeds.</summary>
    public const string PublicContent = "public";

    /// <summary>The same, varied by the query parameter <c>page</c>.</summary>
    public const string PublicPages = "public-pages";

    /// <summary>The same, varied by the query parameter <c>q</c>.</summary>
    public const string PublicSearch = "public-search";

    /// <summary>How long browsers use https only (RFC 6797): a year.</summary>
    private const int StrictTransportSeconds = 31_536_000;

    /// <summary>The longest delay until a new edition shows; a burst of requests costs one rendering.</summary>
    private static readonly TimeSpan OutputCacheDuration = TimeSpan.FromSeconds(10);

    /// <param name="customize">Lets tests replace the clock, server or sources.</param>
    public static WebApplication Create(Settings settings, Role role, Action<WebApplicationBuilder>? customize = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = ApplicationPaths.WorkingDirectory });
        builder.Configuration.AddConfiguration(ApplicationPaths.LoadConfiguration());
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSafeConsole();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBody.DefaultMaximumLength;
        });
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls(settings.UrlsFor(role));
        AddHttpServices(builder.Services);
        builder.Services.AddTrendingMail(settings);
        AddPages(builder.Services, settings);
        AddBackgroundServices(builder.Services, settings, role);
        customize?.Invoke(builder);
        var app = builder.Build();

        // Fail on broken templates at start rather than at the first request.
        app.Services.GetRequiredService<TemplateLibrary>().Check();
        UseMiddleware(app);
        app.MapHealthEndpoints();
        if (role != Role.Worker)
        {
            MapEndpoints(app, settings);
        }

        return app;
    }

    private static void AddHttpServices(IServiceCollection services)
    {
        services.AddRouting().AddApiErrors();
        services.AddOpenApi(PublicApiEndpoints.ConfigureOpenApi);
        services.AddOutputCache(cache =>
        {
            cache.AddPolicy(PublicContent, policy => policy
                .Expire(OutputCacheDuration).SetVaryByHeader(HeaderNames.AcceptEncoding).VaryByLanguage()
                .SetVaryByQuery([]));
            cache.AddPolicy(PublicPages, policy => policy
                .Expire(OutputCacheDuration).SetVaryByHeader(HeaderNames.AcceptEncoding).VaryByLanguage()
                .SetVaryByQuery("page"));
            cache.AddPolicy(PublicSearch, policy => policy
                .Expire(OutputCacheDuration).SetVaryByHeader(HeaderNames.AcceptEncoding).VaryByLanguage()
                .SetVaryByQuery("q"));
        });
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes,
                "application/atom+xml", "application/feed+json", "application/problem+json", "image/svg+xml"];
        });
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
    }

    private static OutputCachePolicyBuilder VaryByLanguage(this OutputCachePolicyBuilder policy) =>
        policy.VaryByValue(_ => KeyValuePair.Create("language", PageLanguage.Current));

    private static void AddPages(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<PageRenderer>().AddSingleton<PreferencesPage>().AddSingleton<FeedBuilder>()
            .AddSingleton<LinkAuthorizer>().AddSingleton<FeedbackPage>().AddSingleton<DigestPreview>();
        services.AddSingleton(settings.Forwarding).AddSingleton<ClientResolver>().AddSingleton<ManagementListener>()
            .AddSingleton<OutboxLocation>().AddSingleton<CrossSiteForms>();
        services.AddMetricsEndpoint();
        services.AddRateLimits(settings.Security.RateLimits);
    }

    private static void AddBackgroundServices(IServiceCollection services, Settings settings, Role role)
    {
        services.AddSingleton(new CurrentRole(role)).AddSingleton<FileProtection>();
        services.AddHostedService<StartupBanner>().AddHostedService<SignUpWorker>();
        if (role != Role.Web)
        {
            services.AddHostedService<DeliveryWorker>().AddHostedService<InboundWorker>();
            services.AddScheduling(settings.Papers, settings.Digest, settings.Backup);
        }
    }

    private static void UseMiddleware(WebApplication app)
    {
        app.UseClients();
        app.UsePathBase(PathString.FromUriComponent(app.Services.GetRequiredService<SiteOptions>().BasePath));

        // Before the middleware that acts on endpoints, and after the path is known.
        app.UseRouting();
        app.Use(PageLanguage.NegotiateAsync);
        app.Use(AddSecurityHeadersAsync);
        app.UseApiErrors();
        app.UseMetricsEndpoint();
        app.UseRateLimiter();

        // In this order the cache stores compressed responses.
        app.UseOutputCache();
        app.UseResponseCompression();
    }

    private static void MapEndpoints(WebApplication app, Settings settings)
    {
        app.MapPublicEndpoints();
        app.MapPeriodEndpoints();
        app.MapFeedEndpoints();
        app.MapSitemapEndpoints();
        app.MapPublicApiEndpoints();
        app.MapSearchEndpoints();
        app.MapSubscribeEndpoints();
        app.MapSubscribeApiEndpoints();
        app.MapSubscriptionEndpoints();
        app.MapDigestViewEndpoints();
        app.MapPreferencesEndpoints();
        app.MapAccountEndpoints();
        app.MapAddressChangeEndpoints();
        app.MapFeedbackEndpoints();
        app.MapSuggestionEndpoints();
        app.MapWebhookEndpoints();
        if (settings.Mail.Transport == TransportKind.Outbox)
        {
            app.MapOutboxEndpoints();
        }

        app.MapFallback("/api/{**path}", () => TypedResults.Problem(
            "There is no such resource for this method and content type. See /openapi/v1.json.",
            statusCode: StatusCodes.Status404NotFound));
        app.MapFallback("{**path}", (PageRenderer renderer) => renderer.NotFound());
    }

    /// <summary>Adds security headers to every response, and turns faults into an error page.</summary>
    private static async Task AddSecurityHeadersAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        if (http.RequestServices.GetRequiredService<SiteOptions>().IsHttps)
        {
            headers.StrictTransportSecurity = $"max-age={StrictTransportSeconds}";
        }

        try
        {
            await next(http);
        }
        catch (TrendingMailException e) when (!http.Response.HasStarted)
        {
            http.RequestServices.GetRequiredService<ILogger<PageRenderer>>().LogError("{Fault}", e.Message);
            http.Response.Headers.RetryAfter = "30";
            await http.RequestServices.GetRequiredService<PageRenderer>().RenderUnavailable().ExecuteAsync(http);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = e.StatusCode;
        }
    }
}
