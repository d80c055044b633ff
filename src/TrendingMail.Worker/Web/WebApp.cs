using System.Text.Json;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Net.Http.Headers;
using TrendingMail.Delivery;
using TrendingMail.Rendering;
using TrendingMail.Scheduling;
using TrendingMail.Worker.Hosting;

namespace TrendingMail.Worker.Web;

/// <summary>Puts the running program together: pages, schedule, delivery, as its role says.</summary>
internal static class WebApp
{
    private const string ContentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; " +
        "img-src 'self' https: data:; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The policy of pages and feeds that are the same for everyone.</summary>
    public const string PublicContent = "public";

    /// <summary>The same for what a query <c>q</c> finds.</summary>
    public const string PublicSearch = "public-search";

    /// <summary>A new edition shows after this at the latest; a crowd that comes at once costs one rendering.</summary>
    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(10);

    /// <param name="customize">Lets a test put its own clock, server or source in place.</param>
    public static WebApplication Create(Settings settings, Role role, Action<WebApplicationBuilder>? customize = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = Home.Directory });
        builder.Configuration.AddConfiguration(Home.ReadSettings());
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"))
            .AddSimpleConsole(console => console.SingleLine = true);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseUrls(settings.UrlsOf(role));
        builder.Services.AddRouting().AddProblemDetails();
        builder.Services.AddOpenApi(PublicApi.Describe);
        builder.Services.AddOutputCache(cache =>
        {
            cache.AddPolicy(PublicContent, policy => policy
                .Expire(HeldFor).SetVaryByHeader(HeaderNames.AcceptEncoding).SetVaryByQuery([]));
            cache.AddPolicy(PublicSearch, policy => policy
                .Expire(HeldFor).SetVaryByHeader(HeaderNames.AcceptEncoding).SetVaryByQuery("q"));
        });
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes,
                "application/atom+xml", "application/feed+json", "application/problem+json", "image/svg+xml"];
        });
        builder.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        builder.Services.AddTrendingMail(settings);
        builder.Services.AddSingleton(new Roles(role)).AddSingleton<Pages>().AddSingleton<PreferencesPage>()
            .AddSingleton<FeedSource>().AddSingleton<ReaderDoor>().AddSingleton<SignUpGate>().AddSingleton<FeedbackPage>()
            .AddSingleton<DigestPreview>();
        builder.Services.AddMetricsPage();
        builder.Services.AddRateLimits(settings.Security.RateLimits);
        builder.Services.AddHostedService<Announcer>();
        builder.Services.AddSingleton<SignUpWorker>()
            .AddHostedService(provider => provider.GetRequiredService<SignUpWorker>());
        if (role != Role.Web)
        {
            builder.Services.AddHostedService<DeliveryWorker>().AddHostedService<InboundWorker>();
            builder.Services.AddSchedule(settings.Papers, settings.Digest,
                ScheduleStore.Of(settings.Database, Home.Directory));
        }

        customize?.Invoke(builder);
        var app = builder.Build();

        // Broken templates are found now, not when the first reader comes.
        app.Services.GetRequiredService<Templates>().Check();
        app.UseForwardedHeaders(new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
        });
        app.Use(SecureAsync);
        app.UseMetricsPage();
        app.UseRateLimiter();

        // In this order what is held is compressed already.
        app.UseOutputCache();
        app.UseResponseCompression();
        if (role == Role.Worker)
        {
            app.MapHealth();
            return app;
        }

        app.MapPublicPages();
        app.MapPeriodPages();
        app.MapFeeds();
        app.MapSiteMap();
        app.MapPublicApi();
        app.MapSearchPage();
        app.MapSubscribePages();
        app.MapSubscribeApi();
        app.MapReaderPages();
        app.MapMailPages();
        app.MapPreferencesPages();
        app.MapMovePages();
        app.MapFeedbackPages();
        app.MapSuggestionsApi();
        app.MapWebhooks();
        if (settings.Mail.Transport == TransportKind.Outbox)
        {
            app.MapOutboxPages();
        }

        app.MapFallback("/api/{**path}", () => TypedResults.Problem(
            "There is no such resource; see /openapi/v1.json.", statusCode: StatusCodes.Status404NotFound));
        app.MapFallback("{**path}", (Pages pages) => pages.NotFound());
        return app;
    }

    /// <summary>Headers that every answer has, and a page for what went wrong.</summary>
    private static async Task SecureAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        try
        {
            await next(http);
        }
        catch (TrendingMailException e) when (!http.Response.HasStarted)
        {
            http.RequestServices.GetRequiredService<ILogger<Pages>>().LogError("{Fault}", e.Message);
            http.Response.Headers.RetryAfter = "30";
            await http.RequestServices.GetRequiredService<Pages>().Message("Not possible right now",
                "Something on our side is not in order. Nothing was changed; please try again in a minute.",
                StatusCodes.Status503ServiceUnavailable).ExecuteAsync(http);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = e.StatusCode;
        }
    }
}
