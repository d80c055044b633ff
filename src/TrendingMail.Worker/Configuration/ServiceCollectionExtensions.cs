using TrendingMail.Configuration;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Installation;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Engines;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Papers;
using TrendingMail.Scheduling;
using TrendingMail.SignUp;
using TrendingMail.Storage.Backup;
using TrendingMail.Storage.Backup.Archives;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Configuration;

/// <summary>Registers all features, from the lowest layer up.</summary>
internal static class ServiceCollectionExtensions
{
    public static IServiceCollection AddTrendingMail(this IServiceCollection services, Settings settings) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(settings)
        .AddStorage(settings.Database, ApplicationPaths.WorkingDirectory)
        .AddLinks(settings.Security.KeyRing)
        .AddBackup(settings.Backup, provider => new BackupContents(
            (provider.GetRequiredService<KeyStore>() as FileKeyStore)?.Location, ApplicationPaths.OwnTemplates))
        .AddPapers(settings.Papers, FormatUserAgent(settings.Site))
        .AddTemplates(settings.Site, ApplicationPaths.Templates)
        .AddSubscribers(settings.Retention, settings.Site.BaseUrl)
        .AddEditions(settings.Digest)
        .AddMessages(settings.Mail)
        .AddDelivery(settings.Delivery)
        .AddMailTransport(settings.Mail)
        .AddDigests()
        .AddSignUp(settings.Security)
        .AddInbound(settings.Inbound)
        .AddWebhooks(settings.Webhooks)
        .AddDiagnostics(settings.Deliverability)
        .AddSingleton(new SettingsFile(ApplicationPaths.OwnSettings))
        .AddScheduleCheck();

    private static string FormatUserAgent(SiteOptions site) =>
        $"TrendingMail/0.1 (+{site.BaseUrl}; {InternetName.ToMailto(site.Contact)})";
}
