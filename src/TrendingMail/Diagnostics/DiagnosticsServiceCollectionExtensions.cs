using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Diagnostics.Identity;

namespace TrendingMail.Diagnostics;

/// <summary>Registers doctor and its checks.</summary>
public static class DiagnosticsServiceCollectionExtensions
{
    public static IServiceCollection AddDiagnostics(
        this IServiceCollection services, DeliverabilityOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Doctor>()
        .AddSingleton<IDiagnosticCheck, PublicUrlCheck>();
}
