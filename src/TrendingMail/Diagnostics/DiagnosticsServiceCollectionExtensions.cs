using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Diagnostics.BulkSenders;
using TrendingMail.Diagnostics.Content;
using TrendingMail.Diagnostics.Content.Web;
using TrendingMail.Diagnostics.Dns;
using TrendingMail.Diagnostics.Guard;
using TrendingMail.Diagnostics.Identity;
using TrendingMail.Diagnostics.Installation;
using TrendingMail.Diagnostics.Installation.Data;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Digests;
using TrendingMail.Digests.Selection;
using TrendingMail.Editions;

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
        .AddInstallationChecks()
        .AddIdentityChecks()
        .AddDigestChecks()
        .AddNetworkChecks()
        .AddSingleton<SendingStatistics>()
        .AddSingleton<IDiagnosticCheck, BulkSenderCheck>()
        .AddSeeds();

    private static IServiceCollection AddInstallationChecks(this IServiceCollection services) => services
        .AddSingleton<SecretFiles>()
        .AddSingleton<IDiagnosticCheck, SettingsCheck>()
        .AddSingleton<IDiagnosticCheck, SecretFilesCheck>()
        .AddSingleton<IDiagnosticCheck, KeysCheck>()
        .AddSingleton<IDiagnosticCheck, ClockCheck>()
        .AddSingleton<IDiagnosticCheck, SmtpClockCheck>()
        .AddSingleton<IDiagnosticCheck, DiskCheck>()
        .AddSingleton<IDiagnosticCheck, DatabaseCheck>()
        .AddSingleton<IDiagnosticCheck, SchemaCheck>()
        .AddSingleton<IDiagnosticCheck, SourcesCheck>()
        .AddSingleton<IDiagnosticCheck, BackupsCheck>()
        .AddSingleton<IDiagnosticCheck, VersionCheck>();

    private static IServiceCollection AddIdentityChecks(this IServiceCollection services) => services
        .AddSingleton<IDiagnosticCheck, PublicUrlCheck>()
        .AddSingleton<IDiagnosticCheck, SenderCheck>()
        .AddSingleton<IDiagnosticCheck, PostalAddressCheck>()
        .AddSingleton<IDiagnosticCheck, ContactCheck>();

    private static IServiceCollection AddDigestChecks(this IServiceCollection services) => services
        .AddSingleton<WebProbe>()
        .AddSingleton(provider => new NewestDigest(
            provider.GetRequiredService<EditionStore>(), provider.GetRequiredService<DigestSelector>(),
            provider.GetRequiredService<DigestComposer>, provider.GetRequiredService<DigestOptions>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IDiagnosticCheck, DigestSizeCheck>()
        .AddSingleton<IDiagnosticCheck, DigestHeadersCheck>()
        .AddSingleton<IDiagnosticCheck, DigestDkimCheck>()
        .AddSingleton<IDiagnosticCheck, DigestHtmlCheck>()
        .AddSingleton<IDiagnosticCheck, DigestSpamCheck>()
        .AddSingleton<IDiagnosticCheck, DigestLinksCheck>()
        .AddSingleton<IDiagnosticCheck, DigestImagesCheck>()
        .AddSingleton<IDiagnosticCheck, OneClickCheck>();

    /// <summary>Registers the seed mailboxes.</summary>
    private static IServiceCollection AddSeeds(this IServiceCollection services) => services
        .AddSingleton<SeedStore>()
        .AddSingleton<SeedAlerts>()
        .AddSingleton<SeedComposer>()
        .AddSingleton<SeedSender>()
        .AddSingleton<SeedMonitor>()
        .AddSingleton<IDiagnosticCheck, SeedsCheck>();
}
