using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>
/// How often a network may sign addresses up and press buttons. To unsubscribe is never limited: mail providers do it
/// for many readers from one network. All nodes count together, in the database; while that is out of reach nothing that is limited
/// is let pass, for none of it could be done. Only suggestions, which protect but the process that looks them up, are counted by each.
/// </summary>
internal static class RateLimits
{
    public const string SignUp = "sign-up";

    public const string Action = "action";

    public const string Webhook = "webhook";

    public const string Suggestion = "suggestion";

    private const int SegmentsPerMinute = 12;

    public static void AddRateLimits(this IServiceCollection services, RateLimitOptions limits)
    {
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(new SharedLimit(SignUp, limits.SignUpsPerNetwork, TimeSpan.FromHours(1)));
            limiter.AddPolicy(new SharedLimit(Action, limits.ActionsPerNetwork, TimeSpan.FromMinutes(1), IsTakenAhead: true));
            limiter.AddPolicy(new SharedLimit(Webhook, limits.WebhooksPerNetwork, TimeSpan.FromMinutes(1), IsTakenAhead: true));
            limiter.AddPolicy(Suggestion, http => InProcess(NetworkOf(http), limits.ActionsPerNetwork));
            limiter.OnRejected = (context, _) => new ValueTask(
                TooMany(context.HttpContext, context.Lease).ExecuteAsync(context.HttpContext));
        });
    }

    /// <summary>Says so, and when it may be tried again; a page, or to programs problem details.</summary>
    public static IResult TooMany(HttpContext http, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : TimeSpan.FromMinutes(5);
        http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        const string Text = "There were too many requests like this one. Nothing was changed; please try again later.";
        return http.Request.Path.StartsWithSegments("/api") || http.Request.Path.StartsWithSegments("/webhooks")
            ? TypedResults.Problem(Text, statusCode: StatusCodes.Status429TooManyRequests)
            : http.RequestServices.GetRequiredService<Pages>().Message(
                "Please wait a while", Text, StatusCodes.Status429TooManyRequests, ("/", "Today's papers"));
    }

    private static void AddPolicy(this RateLimiterOptions limiter, SharedLimit limit) => limiter.AddPolicy(
        limit.Name, http => http.RequestServices.GetRequiredService<LimitBook>().PartOf(limit, NetworkOf(http)));

    private static RateLimitPartition<string> InProcess(string key, int permits) => permits == 0
        ? RateLimitPartition.GetNoLimiter(key)
        : RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = permits,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = SegmentsPerMinute,
        });

    private static string NetworkOf(HttpContext http) => ClientNetwork.Of(http.Connection.RemoteIpAddress) ?? "unknown";
}
