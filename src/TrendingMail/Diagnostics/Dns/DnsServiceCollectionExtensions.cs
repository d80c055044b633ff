using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Diagnostics.Dns.Bimi;
using TrendingMail.Diagnostics.Dns.Dkim;
using TrendingMail.Diagnostics.Dns.Dmarc;
using TrendingMail.Diagnostics.Dns.Hosts;
using TrendingMail.Diagnostics.Dns.Resolving;
using TrendingMail.Diagnostics.Dns.Spf;
using TrendingMail.Diagnostics.Dns.TransportSecurity;
using TrendingMail.Diagnostics.Smtp;

namespace TrendingMail.Diagnostics.Dns;

/// <summary>Registers the checks that contact name servers and mail servers.</summary>
internal static class DnsServiceCollectionExtensions
{
    public static IServiceCollection AddNetworkChecks(this IServiceCollection services)
    {
        MtaStsPolicyClient.Register(services);
        return services
            .AddSingleton<IDnsResolver, DnsResolver>()
            .AddSingleton<SenderIdentity>()
            .AddSingleton<SendingAddresses>()
            .AddSingleton<MtaStsPolicyClient>()
            .AddSingleton<DkimKeyService>()
            .AddSingleton<IDiagnosticCheck, SpfCheck>()
            .AddSingleton<IDiagnosticCheck, DkimCheck>()
            .AddSingleton<IDiagnosticCheck, DmarcCheck>()
            .AddSingleton<IDiagnosticCheck, MxCheck>()
            .AddSingleton<IDiagnosticCheck, PtrCheck>()
            .AddSingleton<IDiagnosticCheck, MtaStsCheck>()
            .AddSingleton<IDiagnosticCheck, TlsRptCheck>()
            .AddSingleton<IDiagnosticCheck, BimiCheck>()
            .AddSingleton<IDiagnosticCheck, SmtpCheck>();
    }
}
