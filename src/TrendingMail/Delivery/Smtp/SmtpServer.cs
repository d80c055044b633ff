using TrendingMail.Delivery.Throttling;

namespace TrendingMail.Delivery.Smtp;

/// <summary>A configured SMTP server, with the state that all its connections share.</summary>
internal sealed class SmtpServer(
    SmtpOptions options, TimeProvider clock, SharedRateLimiter? sharedLimiter = null) : IDisposable
{
    public SmtpOptions Options => options;

    public string Name => options.Name;

    public CircuitBreaker CircuitBreaker { get; } = new(clock);

    /// <summary>Null if the server has no rate limit.</summary>
    public ServerRateLimiter? RateLimiter { get; } = options.MaxPerMinute == 0
        ? null
        : new ServerRateLimiter(
            $"{options.Host}:{options.Port} {options.UserName}".TrimEnd(), options.MaxPerMinute, sharedLimiter, clock);

    public void Dispose() => RateLimiter?.Dispose();
}
