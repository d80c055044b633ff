using TrendingMail.Delivery.Queue;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Export;
using TrendingMail.Subscribers.Import;
using TrendingMail.Subscribers.Retention;

namespace TrendingMail.Worker.Configuration;

/// <summary>Registers import, export and retention of subscribers.</summary>
internal static class SubscriberServices
{
    public static IServiceCollection AddSubscriberAdministration(this IServiceCollection services) => services
        .AddSingleton<SubscriberRetention>()
        .AddSingleton<SignUpRetention>()
        .AddSingleton<SubscriberService>()
        .AddSingleton<SubscriberExporter>()
        .AddSingleton(provider => new SubscriberImporter(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<ErasedAddressStore>(),
            (session, subscriber, consent) => provider.GetRequiredService<DeliveryQueue>().EnqueueAsync(
                session, new Mailing.Notice(NoticeKind.Confirmation, consent), subscriber,
                LinkSigner.ConfirmationLifetime),
            provider.GetRequiredService<TimeProvider>()));
}
