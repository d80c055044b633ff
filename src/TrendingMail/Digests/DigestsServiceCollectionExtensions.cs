using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Delivery;
using TrendingMail.Digests.Planning;
using TrendingMail.Digests.Selection;

namespace TrendingMail.Digests;

/// <summary>Registers the planning, selection and composition of digests.</summary>
public static class DigestsServiceCollectionExtensions
{
    public static IServiceCollection AddDigests(this IServiceCollection services) => services
        .AddSingleton<DigestPlanner>()
        .AddSingleton<NextDigest>()
        .AddSingleton<DigestSelector>()
        .AddSingleton<FeedbackService>()
        .AddSingleton<DigestComposer>()
        .AddSingleton<DigestViewer>()
        .AddSingleton<DigestSender>()
        .AddSingleton<HoldRelease>()
        .AddSingleton<DigestPreviewer>()
        .AddSingleton<TestDigestSender>()
        .AddSingleton<Composer>(provider => provider.GetRequiredService<DigestComposer>().ComposeAsync);
}
