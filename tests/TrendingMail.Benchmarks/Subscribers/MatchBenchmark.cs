using System.CommandLine;
using System.Diagnostics;
using TrendingMail.Benchmarks.Search;
using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Benchmarks.Subscribers;

/// <summary>
/// <c>match</c>: matches a day's papers with the interests of a million subscribers, who have 50,000 distinct profiles.
/// </summary>
internal static class MatchBenchmark
{
    private const int PaperCount = 300;

    private const int SubscriberCount = 1_000_000;

    private const int ProfileCount = 50_000;

    private const int PapersPerDigest = 10;

    private const int Rounds = 5;

    /// <summary>How many subscribers are matched individually, for comparison.</summary>
    private const int IndividuallyMatched = 2_000;

    public static Command Create()
    {
        var command = new Command(
            "match", $"Match {PaperCount} papers with {SubscriberCount:N0} subscribers who " +
                $"have {ProfileCount:N0} distinct profiles")
        {
            BenchmarkDatabase.Server,
        };
        command.SetAction((arguments, stop) => RunAsync(arguments.GetValue(BenchmarkDatabase.Server), stop));
        return command;
    }

    private static async Task<int> RunAsync(string? server, CancellationToken stop)
    {
        var words = new Vocabulary(60_000, seed: 1);
        var papers = MakePapers(words);
        var factory = new InterestFactory(words, [.. papers.SelectMany(paper => paper.Authors).Distinct()]);
        var random = new Random(7);
        var profiles = Enumerable.Range(0, ProfileCount).Select(factory.CreateMany).ToArray();
        var profileOfSubscriber = Enumerable.Range(0, SubscriberCount).Select(_ => random.Next(ProfileCount)).ToArray();
        var selected = new int[ProfileCount][];
        var matches = 0L;

        var index = await Timings.TimeAsync(Rounds, () => Task.FromResult(new PaperIndex(papers)));
        Console.WriteLine($"indexing {PaperCount} papers: {Timings.Format(index)}");

        var all = await Timings.TimeAsync(Rounds, () =>
        {
            var paperIndex = new PaperIndex(papers);
            matches = 0;
            for (var profile = 0; profile < ProfileCount; profile++)
            {
                var found = paperIndex.Match(profiles[profile]);
                matches += found.Count;
                selected[profile] = [.. found.Where(match => !match.IsMuted).OrderByDescending(match => match.Score)
                    .Take(PapersPerDigest).Select(match => match.Paper)];
            }

            // Each subscriber gets the papers selected for the profile.
            var digests = new int[SubscriberCount][];
            for (var subscriber = 0; subscriber < SubscriberCount; subscriber++)
            {
                digests[subscriber] = selected[profileOfSubscriber[subscriber]];
            }

            return Task.CompletedTask;
        });
        Console.WriteLine(
            $"{PaperCount} papers, {SubscriberCount:N0} subscribers, one core, top {PapersPerDigest} each: " +
            $"{Timings.Format(all)}; {(double)matches / ProfileCount:N1} matches per profile");

        var individual = Stopwatch.StartNew();
        foreach (var subscriber in profileOfSubscriber.Take(IndividuallyMatched))
        {
            new PaperIndex(papers[..10]).Match(profiles[subscriber]);
        }

        var secondsEach = individual.Elapsed.TotalSeconds / IndividuallyMatched * (PaperCount / 10);
        Console.WriteLine($"without sharing work between subscribers: {secondsEach * 1000:N1} ms per subscriber, " +
            $"{secondsEach * SubscriberCount / 3600:N1} h for all");
        await MeasureLoadAsync(server, profiles, stop);
        return 0;
    }

    private static FrozenPaper[] MakePapers(Vocabulary words)
    {
        var factory = new PaperFactory(words, PaperCount);
        return [.. Enumerable.Range(0, PaperCount).Select(factory.Create).Select((paper, i) => new FrozenPaper
        {
            Title = paper.Title,
            Abstract = paper.Abstract,
            Summary = "",
            SummaryByAi = false,
            Authors = paper.Authors,
            Keywords = [.. paper.Keywords, i % 7 == 0 ? "LLM" : i % 11 == 0 ? "speech recognition" : "dataset"],
            Categories = [InterestFactory.AllCategories[i % (InterestFactory.AllCategories.Count - 1)], "cs.LG"],
            Upvotes = 0,
            Comments = 0,
        })];
    }

    /// <summary>
    /// Measures reading the interests of every distinct profile from one of its subscribers, as digests do.
    /// </summary>
    private static async Task MeasureLoadAsync(string? server, Interest[][] profiles, CancellationToken stop)
    {
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        await own.Database.WriteAsync(async session =>
        {
            await session.InsertManyAsync("subscribers",
            [
                "id", "address", "address_key", "state", "frequency", "weekday", "send_at", "time_zone", "papers",
                "format", "created_at",
                "profile",
            ], profiles.Select((interests, i) => new object?[]
            {
                i + 1L, $"r{i}@example.org", $"r{i}@example.org", "active", "daily", "monday", "07:00",
                "UTC", 10L, "html", 0L,
                Interest.ComputeProfile(interests),
            }));
            await session.InsertManyAsync("interests", ["subscriber_id", "kind", "key", "value", "weight"],
                profiles.SelectMany((interests, i) => interests.Select(interest => new object?[]
                {
                    i + 1L, interest.Kind.ToColumn(), interest.Key, interest.Value, interest.Weight,
                })));
        }, stop);
        var store = new InterestStore(own.Database);
        var times = await Timings.TimeAsync(Rounds, async () =>
        {
            for (var i = 0; i < profiles.Length; i++)
            {
                await store.ListAsync(i + 1, stop);
            }
        });
        Console.WriteLine($"reading the interests of {profiles.Length:N0} profiles from " +
            $"{own.Database.Dialect.Name}: {Timings.Format(times)}");
    }
}
