using TrendingMail.Benchmarks.Search;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>Publishes an edition for today with generated papers.</summary>
internal static class BenchmarkEdition
{
    private const int Papers = 20;

    private const int Words = 20_000;

    public static async Task PublishAsync(Database database, CancellationToken stop)
    {
        var clock = TimeProvider.System;
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var factory = new PaperFactory(new Vocabulary(Words, seed: 1), Papers);
        await new PaperStore(database, clock).SaveAsync("Benchmark",
            [.. Enumerable.Range(0, Papers).Select(number => factory.Create(number) with { ListedOn = today })], stop);
        if (await new EditionStore(database, clock).PublishAsync(today, stop) is not PublishResult.Published)
        {
            throw new InvalidOperationException("The edition was not published.");
        }
    }
}
