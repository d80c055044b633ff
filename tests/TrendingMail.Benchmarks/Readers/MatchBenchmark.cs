using System.CommandLine;
using System.Diagnostics;
using TrendingMail.Benchmarks.Search;
using TrendingMail.Digests.Matching;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Benchmarks.Readers;

/// <summary><c>match</c>: which of a day's papers are for whom, among a million readers with 50,000 distinct profiles.</summary>
internal static class MatchBenchmark
{
    private const int Papers = 300;

    private const int Readers = 1_000_000;

    private const int Profiles = 50_000;

    private const int Chosen = 10;

    private const int Rounds = 5;

    /// <summary>So many readers are matched one by one, for comparison.</summary>
    private const int OneByOne = 2_000;

    public static Command Create()
    {
        var command = new Command("match", $"{Papers} papers to {Readers:N0} readers with {Profiles:N0} distinct profiles")
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
        var factory = new ReaderFactory(words, [.. papers.SelectMany(paper => paper.Authors).Distinct()]);
        var random = new Random(7);
        var profiles = Enumerable.Range(0, Profiles).Select(factory.Interests).ToArray();
        var readers = Enumerable.Range(0, Readers).Select(_ => random.Next(Profiles)).ToArray();
        var chosen = new int[Profiles][];
        var matches = 0L;

        var index = await Figures.TimeAsync(Rounds, () => Task.FromResult(new PaperIndex(papers)));
        Console.WriteLine($"reading {Papers} papers: {Figures.Text(index)}");

        var all = await Figures.TimeAsync(Rounds, () =>
        {
            var paperIndex = new PaperIndex(papers);
            matches = 0;
            for (var profile = 0; profile < Profiles; profile++)
            {
                var found = paperIndex.Match(profiles[profile]);
                matches += found.Count;
                chosen[profile] = [.. found.Where(match => !match.IsMuted).OrderByDescending(match => match.Score)
                    .Take(Chosen).Select(match => match.Paper)];
            }

            // Each reader gets what was chosen for the profile.
            var digests = new int[Readers][];
            for (var reader = 0; reader < Readers; reader++)
            {
                digests[reader] = chosen[readers[reader]];
            }

            return Task.CompletedTask;
        });
        Console.WriteLine($"{Papers} papers to {Readers:N0} readers, one core, best {Chosen} of each: {Figures.Text(all)}; " +
            $"{(double)matches / Profiles:N1} matches a profile");

        var alone = Stopwatch.StartNew();
        foreach (var reader in readers.Take(OneByOne))
        {
            new PaperIndex(papers[..10]).Match(profiles[reader]);
        }

        var each = alone.Elapsed.TotalSeconds / OneByOne * (Papers / 10);
        Console.WriteLine($"without sharing anything between readers: {each * 1000:N1} ms a reader, {each * Readers / 3600:N1} h for all");
        await LoadAsync(server, profiles, stop);
        return 0;
    }

    private static FrozenPaper[] MakePapers(Vocabulary words)
    {
        var factory = new PaperFactory(words, Papers);
        return [.. Enumerable.Range(0, Papers).Select(factory.Create).Select((paper, i) => new FrozenPaper
        {
            Title = paper.Title,
            Abstract = paper.Abstract,
            Summary = "",
            SummaryByAi = false,
            Authors = paper.Authors,
            Keywords = [.. paper.Keywords, i % 7 == 0 ? "LLM" : i % 11 == 0 ? "speech recognition" : "dataset"],
            Categories = [ReaderFactory.AllCategories[i % (ReaderFactory.AllCategories.Count - 1)], "cs.LG"],
            Upvotes = 0,
            Comments = 0,
        })];
    }

    /// <summary>How long it takes to read the interests of every distinct profile, from its first reader, as digests do.</summary>
    private static async Task LoadAsync(string? server, Interest[][] profiles, CancellationToken stop)
    {
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        await own.Database.WriteAsync(async session =>
        {
            await session.InsertManyAsync("subscribers",
            [
                "id", "address", "address_key", "state", "frequency", "weekday", "send_at", "time_zone", "papers", "format", "created_at",
                "profile",
            ], profiles.Select((interests, i) => new object?[]
            {
                i + 1L, $"r{i}@example.org", $"r{i}@example.org", "active", "daily", "monday", "07:00", "UTC", 10L, "html", 0L,
                Interest.ProfileOf(interests),
            }));
            await session.InsertManyAsync("interests", ["subscriber_id", "kind", "key", "value", "weight"],
                profiles.SelectMany((interests, i) => interests.Select(interest => new object?[]
                {
                    i + 1L, interest.Kind.ToColumn(), interest.Key, interest.Value, interest.Weight,
                })));
        }, stop);
        var store = new InterestStore(own.Database);
        var times = await Figures.TimeAsync(Rounds, async () =>
        {
            for (var i = 0; i < profiles.Length; i++)
            {
                await store.ListAsync(i + 1, stop);
            }
        });
        Console.WriteLine($"reading the interests of {profiles.Length:N0} profiles from {own.Database.Dialect.Name}: {Figures.Text(times)}");
    }
}
