using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.SignUp.Abuse;
using TrendingMail.SignUp.Abuse.Limiting;
using TrendingMail.SignUp.AccountLinks;
using TrendingMail.SignUp.AddressChanges;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Import;
using TrendingMail.Subscribers.Import.Persistence;
using TrendingMail.Subscribers.Retention;

namespace TrendingMail.SignUp;

/// <summary>Registers how people become subscribers, change their address, leave and are erased.</summary>
public static class SignUpServiceCollectionExtensions
{
    public static IServiceCollection AddSignUp(this IServiceCollection services, SecurityOptions options) => services
        .AddSingleton(options)
        .AddSingleton<SignUpFlow>()
        .AddSingleton<SignUpService>()
        .AddSingleton<SignUpRequestQueue>()
        .AddSingleton<SubscriberService>()
        .AddSingleton<NoticeComposer>()
        .AddSingleton<AddressChangeFlow>()
        .AddSingleton<AddressReversalFlow>()
        .AddSingleton<AddressChangeService>()
        .AddSingleton<AddressChangeComposer>()
        .AddSingleton<AccountLinkFlow>()
        .AddSingleton<AccountLinkComposer>()
        .AddSingleton<PersonalDataExport>()
        .AddSingleton<ErasureFlow>()
        .AddSingleton<SignUpRetention>()
        .AddSingleton<Composer>(provider => provider.GetRequiredService<NoticeComposer>().ComposeAsync)
        .AddSingleton<Composer>(provider => provider.GetRequiredService<AddressChangeComposer>().ComposeAsync)
        .AddSingleton<Composer>(provider => provider.GetRequiredService<AccountLinkComposer>().ComposeAsync)
        .AddImport()
        .AddAbuseProtection(options);

    private static IServiceCollection AddAbuseProtection(this IServiceCollection services, SecurityOptions options) =>
        services
        .AddSingleton<SignUpBlocklist>()
        .AddSingleton<AddressBlocks>()
        .AddSingleton<FormTokens>()
        .AddSingleton<AutomationCheck>()
        .AddSingleton(_ => DisposableDomains.Load(options.DisposableDomains))
        .AddSingleton<RateLimitStore>()
        .AddSingleton<ConfirmationLimits>()
        .AddSingleton<AddressRateLimits>()
        .AddSingleton<AddressPolicy>();

    /// <summary>Registers the import, which asks new subscribers for confirmation by mail.</summary>
    private static IServiceCollection AddImport(this IServiceCollection services) =>
        services.AddSingleton(provider => new SubscriberImporter(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<ImportStoreFactory>(),
            provider.GetRequiredService<ErasedAddressStore>(),
            (session, subscriber, consent) => provider.GetRequiredService<DeliveryQueue>().EnqueueAsync(
                session, new Mailing.Notice(NoticeKind.Confirmation, consent), subscriber,
                LinkSigner.ConfirmationLifetime),
            provider.GetRequiredService<TimeProvider>()));
}
