using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Editions.Forecasting;
using TrendingMail.Editions.Publishing;
using TrendingMail.Papers.Sources;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Editions;

/// <summary>Registers the publication of editions.</summary>
public static class EditionsServiceCollectionExtensions
{
    public static IServiceCollection AddEditions(this IServiceCollection services, DigestOptions options) => services
        .AddSingleton(options)
        .AddSingleton(provider => EligibilityPolicy.For(provider.GetServices<IPaperSource>()))
        .AddSingleton<EditionStore>()
        .AddSingleton<EditionForecast>()
        .AddSingleton(new PublicationTime(options.PublishAt, options.Zone))
        .AddSingleton<EditionPublisher>();
}
