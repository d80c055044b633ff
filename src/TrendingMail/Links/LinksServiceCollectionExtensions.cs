using Microsoft.Extensions.DependencyInjection;

namespace TrendingMail.Links;

/// <summary>Registers the key ring and the signing of links.</summary>
public static class LinksServiceCollectionExtensions
{
    /// <param name="keyRingFile">The file with the keys; empty to keep them where the database engine does.</param>
    public static IServiceCollection AddLinks(this IServiceCollection services, string keyRingFile)
    {
        if (keyRingFile.Length > 0)
        {
            services.AddSingleton<KeyStore>(provider =>
                new FileKeyStore(keyRingFile, provider.GetRequiredService<TimeProvider>()));
        }

        return services
            .AddSingleton(provider =>
                KeyRing.Open(provider.GetRequiredService<KeyStore>(), provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<LinkSigner>();
    }
}
