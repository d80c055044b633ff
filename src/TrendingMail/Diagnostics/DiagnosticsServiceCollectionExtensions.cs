using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Diagnostics.Dns;
using TrendingMail.Diagnostics.Guard;
using TrendingMail.Diagnostics.Identity;
using TrendingMail.Diagnostics.Installation;
using TrendingMail.Diagnostics.Seeds;

namespace TrendingMail.Diagnostics;

/// <summary>Registers doctor and its checks.</summary>
public static class DiagnosticsServiceCollectionExtensions
{
    public static IServiceCollection AddDiagnostics(
        this IServiceCollection services, DeliverabilityOptions options) => services
        .AddSingleton(options)
        .AddSingleton(SettingsFaults.None)
        .AddSingleton<Doctor>()
        .AddSingleton<DigestGuard>()
        .AddSingleton<IDiagnosticCheck, SettingsCheck>()
        .AddSingleton<IDiagnosticCheck, PublicUrlCheck>()
        .AddNetworkChecks()
        .AddSeeds();

    /// <summary>Registers the seed mailboxes.</summary>
    private static IServiceCollection AddSeeds(this IServiceCollection services) => services
        .AddSingleton<SeedStore>()
        .AddSingleton<SeedAlerts>()
        .AddSingleton<SeedComposer>()
        .AddSingleton<SeedSender>()
        .AddSingleton<SeedMonitor>()
        .AddSingleton<IDiagnosticCheck, SeedsCheck>();
}
