using System.Threading.RateLimiting;

namespace TrendingMail.Delivery;

/// <summary>Hands mail to one or several SMTP servers; each has lanes of its own.</summary>
public sealed class SmtpTransport(IReadOnlyList<SmtpOptions> servers) : IMailTransport
{
    public string Name => string.Join(", ", servers.Select(server => $"{server.Host}:{server.Port}"));

    public IReadOnlyList<IMailLane> OpenLanes() =>
        [.. servers.SelectMany(server =>
        {
            var limiter = Limiter(server.MaxPerMinute);
            return Enumerable.Range(0, server.Connections).Select(_ => new SmtpLane(server, limiter));
        })];

    private static TokenBucketRateLimiter? Limiter(int perMinute) =>
        perMinute == 0
            ? null
            : new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
            {
                // A bucket of one: messages are spread over the minute instead of leaving in a burst at its beginning.
                TokenLimit = 1,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
                QueueLimit = int.MaxValue,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            });
}
