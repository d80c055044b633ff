using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Hold;
using TrendingMail.Delivery.Outbox;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>Registers the delivery queue, its dispatcher and the transport.</summary>
public static class DeliveryServiceCollectionExtensions
{
    public static IServiceCollection AddDelivery(this IServiceCollection services, DeliveryOptions options) => services
        .AddSingleton(options)
        .AddSingleton<DeliveryQueue>()
        .AddSingleton<DeliveryHistory>()
        .AddSingleton<DomainReporter>()
        .AddSingleton<DeliveryEvents>()
        .AddSingleton<DeliveryRetention>()
        .AddSingleton<DomainThrottleStore>()
        .AddSingleton<HoldStore>()
        .AddSingleton<DigestHoldStore>()
        .AddSingleton<HoldMonitor>()
        .AddSingleton<HeldRestore>()
        .AddSingleton<DeliveryReconciliation>()
        .AddSingleton<OperatorAlerts>()
        .AddSingleton(provider => new DeliveryStateWriter(
            provider.GetRequiredService<Database>(), options, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DeliveryStateWriter>>(), ProcessId.Current))
        .AddSingleton<DirectSender>()
        .AddSingleton<DeliveryDispatcher>();

    /// <summary>Registers how mail is sent: by SMTP or to a folder.</summary>
    public static IServiceCollection AddMailTransport(this IServiceCollection services, MailOptions options) =>
        services
        .AddSingleton(options)
        .AddSingleton<OutboxFolder>()
        .AddSingleton(options.Transport == TransportKind.Smtp ? new WarmUpSchedule(options.Smtp) : WarmUpSchedule.None)
        .AddSingleton<WarmUpStore>()
        .AddSingleton<WarmUpLimiter>()
        .AddSingleton<WarmUpReporter>()
        .AddSingleton<PostponedDeliveries>()
        .AddSingleton<IMailTransport>(provider => options.Transport == TransportKind.Smtp
            ? new SmtpTransport(
                options.Smtp, TimeProvider.System, provider.GetRequiredService<DomainThrottleStore>().RateLimiter,
                provider.GetRequiredService<WarmUpLimiter>())
            : new OutboxTransport(options.Outbox.Path));
}
