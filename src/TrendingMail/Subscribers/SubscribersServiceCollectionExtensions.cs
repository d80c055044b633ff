using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Links;
using TrendingMail.Subscribers.Export;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Schedules;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Subscribers;

/// <summary>Registers subscribers, their interests and the suppression list.</summary>
public static class SubscribersServiceCollectionExtensions
{
    /// <param name="baseUrl">The public URL with which subscribers' links begin, without a trailing slash.</param>
    public static IServiceCollection AddSubscribers(
        this IServiceCollection services, RetentionOptions retention, string baseUrl) => services
        .AddSingleton(retention)
        .AddSingleton<SubscriberStore>()
        .AddSingleton<SubscriberSchedules>()
        .AddSingleton<PreferencesService>()
        .AddSingleton<LinkVerifier>()
        .AddSingleton<InterestStore>()
        .AddSingleton<FeedbackStore>()
        .AddSingleton<SuppressionStore>()
        .AddSingleton<ErasedAddressStore>()
        .AddSingleton<SubscriberRetention>()
        .AddSingleton<SubscriberExporter>()
        .AddSingleton(provider => new SubscriberLinks(provider.GetRequiredService<LinkSigner>(), baseUrl));
}
