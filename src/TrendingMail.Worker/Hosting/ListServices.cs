using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Export;
using TrendingMail.Subscribers.Import;

namespace TrendingMail.Worker.Hosting;

/// <summary>What looks after the list as a whole.</summary>
internal static class ListServices
{
    public static IServiceCollection AddListWork(this IServiceCollection services) => services
        .AddSingleton<RetentionSweep>()
        .AddSingleton<SubscriberExport>()
        .AddSingleton(provider => new SubscriberImport(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<ErasedAddresses>(),
            (session, reader, consent) => provider.GetRequiredService<Ledger>().QueueAsync(
                session, new Mailing(MailingKind.Confirmation, consent.ToString(CultureInfo.InvariantCulture)), reader,
                LinkSigner.ConfirmationLifetime),
            provider.GetRequiredService<TimeProvider>()));
}
