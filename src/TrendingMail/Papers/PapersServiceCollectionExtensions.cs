using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Papers.Search;
using TrendingMail.Papers.Sources;
using TrendingMail.Papers.Texts;
using TrendingMail.Storage.Migrations;

namespace TrendingMail.Papers;

/// <summary>Registers the collection, storage and search of papers.</summary>
public static class PapersServiceCollectionExtensions
{
    /// <param name="userAgent">The value of the User-Agent header, which sources may require to name a contact.</param>
    public static IServiceCollection AddPapers(
        this IServiceCollection services, PapersOptions options, string userAgent) => services
        .AddSingleton(options)
        .AddPaperSources(options.Sources, userAgent)
        .AddSingleton<PaperStore>()
        .AddSingleton<PaperCollector>()
        .AddSingleton<PaperVocabulary>()
        .AddSingleton<PaperSearch>()
        .AddSingleton<IDataUpgrade, PaperTextUpgrade>();
}
