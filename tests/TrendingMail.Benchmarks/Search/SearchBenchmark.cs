using System.CommandLine;
using System.Diagnostics;
using TrendingMail.Papers;
using TrendingMail.Papers.Search;
using TrendingMail.Rendering.Latex;
using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Search;

/// <summary><c>search</c>: fills a database with invented papers, and asks it.</summary>
internal static class SearchBenchmark
{
    private const int Batch = 5_000;

    private const int Words = 60_000;

    /// <summary>So many papers go the way of a fetch; the others, only there to fill, go faster.</summary>
    private const int SavedByStore = 20_000;

    private const string Insert = """
        INSERT INTO papers (identity, arxiv_id, title, abstract, authors, keywords, upvotes, comments, listed_on, source,
            first_seen_at, updated_at)
        VALUES (@Identity, @ArxivId, @Title, @Abstract, @Authors, @Keywords, @Upvotes, 0, @ListedOn, 'Benchmark', 0, 0)
        """;

    private static readonly Option<int> Count = new("--papers")
    {
        Description = "How many papers",
        DefaultValueFactory = _ => 100_000,
    };

    private static readonly Option<string> Folder = new("--folder")
    {
        Description = "Where the database is kept for the next time",
        DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "trendingmail-benchmarks"),
    };

    public static Command Create()
    {
        var command = new Command("search", "Search over many papers: rate of saving, size of the index, time of queries")
        {
            Count,
            Folder,
        };
        command.SetAction((arguments, stop) => RunAsync(arguments.GetValue(Count), arguments.GetValue(Folder)!, stop));
        return command;
    }

    private static async Task<int> RunAsync(int count, string folder, CancellationToken stop)
    {
        using var database = new Database(new SqliteDialect($"Data Source=search-{count}.db", folder));
        await new Migrator(database, TimeProvider.System).MigrateAsync(stop);
        var words = new Vocabulary(Words, seed: 1);
        var papers = new PaperFactory(words, count);
        await FillAsync(database, papers, count, stop);
        var (index, all) = await database.ReadAsync(async session => (
            await session.SingleAsync<long>("SELECT SUM(LENGTH(block)) FROM paper_search_data"),
            await session.SingleAsync<long>("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")), stop);
        Console.WriteLine($"index {index / 1e6:N0} MB of {all / 1e6:N0} MB");
        await AskAsync(database, QueryMix.Create(words, papers), stop);
        return 0;
    }

    private static async Task AskAsync(
        Database database, IReadOnlyList<(string Kind, string Text)> queries, CancellationToken stop)
    {
        var clock = TimeProvider.System;
        var search = new PaperSearch(database, new PaperStore(database, clock), clock, LatexText.ToReadable);
        var times = new List<(string Kind, string Text, double Milliseconds, SearchResults Results)>();
        for (var round = 0; round < 2; round++)
        {
            // The first round warms up the program and the system's cache.
            times.Clear();
            foreach (var (kind, text) in queries)
            {
                var start = Stopwatch.GetTimestamp();
                var results = await search.SearchAsync(SearchQuery.Parse(text), 1, 20, stop);
                times.Add((kind, text, Stopwatch.GetElapsedTime(start).TotalMilliseconds, results));
            }

            Print($"{queries.Count} queries, {(round == 0 ? "cold" : "warm")}", times.Select(time => time.Milliseconds));
        }

        foreach (var kind in times.GroupBy(time => time.Kind))
        {
            Print($"  {kind.Key}, {kind.Average(time => time.Results.Total):N0} found",
                kind.Select(time => time.Milliseconds));
        }

        await AskForBm25Async(database, queries, stop);
        foreach (var slow in times.OrderByDescending(time => time.Milliseconds).Take(5))
        {
            Console.WriteLine($"  slow: {slow.Milliseconds:N1} ms  {slow.Text}");
        }
    }

    /// <summary>The same words, ranked by FTS5's own bm25() with our weights: the ids of the best 20 and nothing else.</summary>
    private static async Task AskForBm25Async(
        Database database, IReadOnlyList<(string Kind, string Text)> queries, CancellationToken stop)
    {
        foreach (var kind in queries.Where(query => query.Kind.EndsWith(" word", StringComparison.Ordinal) ||
            query.Kind.EndsWith(" words", StringComparison.Ordinal)).GroupBy(query => query.Kind))
        {
            var times = new List<double>();
            foreach (var (_, text) in kind)
            {
                var match = string.Join(" AND ", text.Split(' ').Select(word => $"\"{word}\""));
                var start = Stopwatch.GetTimestamp();
                await database.ReadAsync(session => session.QueryAsync<long>("""
                    SELECT rowid FROM paper_search WHERE paper_search MATCH @match
                    ORDER BY bm25(paper_search, 8, 1, 4, 3, 0) LIMIT 20
                    """, new { match }), stop);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            Print($"  {kind.Key}, by bm25()", times);
        }
    }

    private static void Print(string what, IEnumerable<double> times)
    {
        var sorted = times.Order().ToArray();
        Console.WriteLine($"{what,-36} median {sorted[sorted.Length / 2],6:N1} ms, " +
            $"99% {sorted[(int)(sorted.Length * 0.99)],6:N1} ms, longest {sorted[^1],6:N1} ms");
    }

    private static async Task FillAsync(Database database, PaperFactory papers, int count, CancellationToken stop)
    {
        var store = new PaperStore(database, TimeProvider.System);
        var there = (int)await database.ReadAsync(
            session => session.SingleAsync<long>("SELECT COUNT(*) FROM papers"), stop);
        await TimeAsync("through PaperStore", there, Math.Min(count, SavedByStore), papers, batch =>
            store.SaveAsync("Benchmark", batch, stop));
        await TimeAsync("with one statement", Math.Max(there, SavedByStore), count, papers, batch =>
            database.WriteAsync(session => session.ExecuteAsync(Insert, batch.Select(paper => new
            {
                paper.Identity, paper.ArxivId, paper.Title, paper.Abstract, paper.Authors, paper.Keywords, paper.Upvotes,
                paper.ListedOn,
            })), stop));
    }

    private static async Task TimeAsync(
        string how, int from, int to, PaperFactory papers, Func<IReadOnlyList<ListedPaper>, Task> saveAsync)
    {
        var clock = new Stopwatch();
        for (var first = from; first < to; first += Batch)
        {
            // Making the papers does not count.
            var batch = Enumerable.Range(first, Math.Min(Batch, to - first)).Select(papers.Create).ToList();
            clock.Start();
            await saveAsync(batch);
            clock.Stop();
            if (!Console.IsErrorRedirected)
            {
                Console.Error.Write($"\r{first + batch.Count:N0} papers");
            }
        }

        if (from < to)
        {
            var rate = (to - from) / clock.Elapsed.TotalSeconds;
            Console.WriteLine($"saved {to - from:N0} papers {how}: {rate:N0} papers/s");
        }
    }
}
