using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrendingMail.Templates;

/// <summary>Registers the templates of pages and mails.</summary>
public static class TemplatesServiceCollectionExtensions
{
    /// <param name="folder">The folder with the template files.</param>
    public static IServiceCollection AddTemplates(this IServiceCollection services, SiteOptions site, string folder) =>
        services
        .AddSingleton(site)
        .AddSingleton(provider => new TemplateLibrary(folder, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TemplateLibrary>>()));
}
