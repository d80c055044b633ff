using System.Threading.RateLimiting;

namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// Hands mail to one or several SMTP servers; each has lanes of its own. Servers share the work by their connections and
/// rates, and where one is down the others carry all of it.
/// </summary>
public sealed class SmtpTransport : IMailTransport
{
    private readonly (SmtpOptions Options, ServerCircuit Circuit, RateLimiter? Limiter)[] servers;

    public SmtpTransport(IReadOnlyList<SmtpOptions> servers, TimeProvider clock)
    {
        this.servers = [.. servers.Select(server => (server, new ServerCircuit(clock), (RateLimiter?)Limiter(server.MaxPerMinute)))];
    }

    public string Name => string.Join(", ", servers.Select(server => $"{server.Options.Host}:{server.Options.Port}"));

    public IReadOnlyList<IMailLane> OpenLanes() =>
        [.. servers.SelectMany(server => Enumerable.Range(0, server.Options.Connections)
            .Select(_ => new SmtpLane(server.Options, server.Circuit, server.Limiter)))];

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
