using System.Threading.RateLimiting;

namespace TrendingMail.Delivery.Smtp;

/// <summary>One SMTP server of the settings, and what all lanes to it share.</summary>
internal sealed class SmtpServer(SmtpOptions options, TimeProvider clock) : IDisposable
{
    public SmtpOptions Options => options;

    public string Name { get; } = $"{options.Host}:{options.Port}";

    public ServerCircuit Circuit { get; } = new(clock);

    /// <summary>Null where it takes as many as come.</summary>
    public RateLimiter? Limiter { get; } = options.MaxPerMinute == 0
        ? null
        : new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            // A bucket of one: messages are spread over the minute instead of leaving in a burst at its beginning.
            TokenLimit = 1,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / options.MaxPerMinute,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });

    public void Dispose() => Limiter?.Dispose();
}
