using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Diagnostics.Dns.Dkim;

namespace TrendingMail.Diagnostics.Dns;

/// <summary>Registers the checks that contact name servers and mail servers.</summary>
internal static class DnsServiceCollectionExtensions
{
    public static IServiceCollection AddNetworkChecks(this IServiceCollection services) =>
        services.AddSingleton<DkimKeyService>();
}
