using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using TrendingMail.SignUp.Abuse;
using TrendingMail.SignUp.Abuse.Limiting;
using TrendingMail.Worker.Web.Clients;

namespace TrendingMail.Worker.Web;

/// <summary>
/// Rate limits per client network. Unsubscribing is never limited, because mail providers do it for many subscribers
/// from one network. All nodes share the counts in the database; while it is unavailable, limited requests are
/// rejected, since they could not be processed anyway. Suggestions are limited per process, because the limit only
/// protects the process. Clients behind a proxy that does not name them share the limits of ten networks: one of them
/// alone must not lock out all others, and without any limit a proxy would be a way around.
/// </summary>
internal static class RateLimits
{
    public const string SignUp = "sign-up";

    public const string Action = "action";

    public const string Webhook = "webhook";

    public const string Suggestion = "suggestion";

    /// <summary>How many networks a proxy with unknown clients counts for.</summary>
    private const int NetworksPerProxy = 10;

    private const int SegmentsPerMinute = 12;

    public static void AddRateLimits(this IServiceCollection services, RateLimitOptions limits)
    {
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(new RateLimitPolicy(SignUp, limits.SignUpsPerNetwork, TimeSpan.FromHours(1)));
            limiter.AddPolicy(
                new RateLimitPolicy(Action, limits.ActionsPerNetwork, TimeSpan.FromMinutes(1), AllowsPrefetch: true));
            limiter.AddPolicy(
                new RateLimitPolicy(Webhook, limits.WebhooksPerNetwork, TimeSpan.FromMinutes(1), AllowsPrefetch: true));
            limiter.AddPolicy(Suggestion, http => CreateLocalPartition(
                http.GetClient().LimitKey, limits.ActionsPerNetwork * GetNetworks(http.GetClient())));
            limiter.OnRejected = (context, _) => new ValueTask(
                TooManyRequests(context.HttpContext, context.Lease).ExecuteAsync(context.HttpContext));
        });
    }

    /// <summary>A 429 response with Retry-After: problem details for API clients, a page otherwise.</summary>
    public static IResult TooManyRequests(HttpContext http, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter)
            ? retryAfter : TimeSpan.FromMinutes(5);
        http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(
            CultureInfo.InvariantCulture);
        const string Text = "There were too many requests of this kind. Nothing was changed. Please try again later.";
        return http.Request.Path.StartsWithSegments("/api") || http.Request.Path.StartsWithSegments("/webhooks")
            ? TypedResults.Problem(Text, statusCode: StatusCodes.Status429TooManyRequests)
            : RenderPage(http.RequestServices.GetRequiredService<PageRenderer>());
    }

    private static IResult RenderPage(PageRenderer renderer) => renderer.RenderMessage(
        renderer.Text("web.error.too_many"), renderer.Text("web.error.too_many_text"),
        StatusCodes.Status429TooManyRequests, renderer.Home);

    private static void AddPolicy(this RateLimiterOptions limiter, RateLimitPolicy policy) => limiter.AddPolicy(
        policy.Name, http =>
        {
            var client = http.GetClient();
            return http.RequestServices.GetRequiredService<RateLimitStore>().CreatePartition(
                policy with { Permits = policy.Permits * GetNetworks(client) }, client.LimitKey);
        });

    private static RateLimitPartition<string> CreateLocalPartition(string key, int permits) => permits == 0
        ? RateLimitPartition.GetNoLimiter(key)
        : RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = permits,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = SegmentsPerMinute,
        });

    private static int GetNetworks(Client client) => client.SharesLimits ? NetworksPerProxy : 1;
}
