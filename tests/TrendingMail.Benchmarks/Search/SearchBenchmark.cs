using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TrendingMail.Papers;
using TrendingMail.Papers.Search;
using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Papers.Texts;
using TrendingMail.Storage;
using TrendingMail.Storage.Sqlite;

namespace TrendingMail.Benchmarks.Search;

/// <summary><c>search</c>: fills a database with synthetic papers and queries it.</summary>
internal static class SearchBenchmark
{
    private const int BatchSize = 5_000;

    private const int VocabularySize = 60_000;

    /// <summary>This many papers are saved as in a fetch; the rest are inserted in bulk.</summary>
    private const int SavedByStore = 20_000;

    private static readonly string[] Columns =
    [
        "identity", "arxiv_id", "source_title", "source_abstract", "source_authors", "keywords", "upvotes", "comments",
        "listed_on", "source",
        "first_seen_at", "updated_at",
    ];

    private static readonly Option<int> Count = new("--papers")
    {
        Description = "Number of papers",
        DefaultValueFactory = _ => 100_000,
    };

    private static readonly Option<string> Folder = new("--folder")
    {
        Description =
            "Folder in which the SQLite file is kept for later runs; a PostgreSQL database is kept on its server",
        DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "trendingmail-benchmarks"),
    };

    public static Command Create()
    {
        var command = new Command("search", "Search over many papers: insert rate, index size, query times")
        {
            Count,
            Folder,
            BenchmarkDatabase.Server,
        };
        command.SetAction((arguments, stop) => RunAsync(
            arguments.GetValue(Count), arguments.GetValue(Folder)!,
            arguments.GetValue(BenchmarkDatabase.Server), stop));
        return command;
    }

    private static async Task<int> RunAsync(int count, string folder, string? server, CancellationToken stop)
    {
        await using var kept = await BenchmarkDatabase.OpenKeptAsync(server, $"search_{count}", folder, stop);
        var database = kept.Database;
        var words = new Vocabulary(VocabularySize, seed: 1);
        var papers = new PaperFactory(words, count);
        await FillAsync(database, papers, count, stop);
        var index = await database.ReadAsync(session => session.SingleAsync<long>(server is null
            ? "SELECT SUM(LENGTH(block)) FROM paper_search_data"
            : "SELECT pg_relation_size('papers_by_words_and_day') + " +
                "pg_relation_size('papers_by_title_and_day')"), stop);
        Console.WriteLine($"index {index / 1e6:N0} MB of {await kept.SizeAsync(stop) / 1e6:N0} MB");
        await RunQueriesAsync(kept, QueryMix.Create(words, papers), stop);
        return 0;
    }

    private static async Task RunQueriesAsync(
        BenchmarkDatabase benchmark, IReadOnlyList<(string Kind, string Text)> queries, CancellationToken stop)
    {
        var clock = TimeProvider.System;
        var database = benchmark.Database;
        var search = new PaperSearch(
            database, benchmark.Engine<ISearchDialect>(), new PaperStore(database, clock), clock);
        var times = new List<(string Kind, string Text, double Milliseconds, SearchResults Results)>();
        for (var round = 0; round < 2; round++)
        {
            // The first round warms up the program and the page cache.
            times.Clear();
            foreach (var (kind, text) in queries)
            {
                var start = Stopwatch.GetTimestamp();
                var results = await search.SearchAsync(SearchQuery.Parse(text), 1, 20, stop);
                times.Add((kind, text, Stopwatch.GetElapsedTime(start).TotalMilliseconds, results));
            }

            Print($"{queries.Count} queries, {(round == 0 ? "cold" : "warm")}",
                times.Select(time => time.Milliseconds));
        }

        foreach (var kind in times.GroupBy(time => time.Kind))
        {
            Print($"  {kind.Key}, {kind.Average(time => time.Results.Total):N0} found",
                kind.Select(time => time.Milliseconds));
        }

        await RunEngineRankingAsync(database, queries, stop);
        foreach (var slow in times.OrderByDescending(time => time.Milliseconds).Take(5))
        {
            Console.WriteLine($"  slow: {slow.Milliseconds:N1} ms  {slow.Text}");
        }
    }

    /// <summary>
    /// The same words, ranked by FTS5's bm25() or PostgreSQL's ts_rank() with our weights; returns only the ids of the
    /// best 20.
    /// </summary>
    private static async Task RunEngineRankingAsync(
        Database database, IReadOnlyList<(string Kind, string Text)> queries, CancellationToken stop)
    {
        var (name, sql, separator) = database.Dialect is SqliteDialect
            ? ("bm25()", """
                SELECT rowid FROM paper_search WHERE paper_search MATCH @match
                ORDER BY bm25(paper_search, 8, 1, 4, 3, 0) LIMIT 20
                """, " AND ")
            : ("ts_rank()", """
                SELECT id FROM papers, to_tsquery('paper_words', @match) AS wanted
                WHERE (search || paper_days(listed_on)) @@ wanted
                ORDER BY ts_rank('{0.375, 0.5, 0.125, 1}', search, wanted) DESC LIMIT 20
                """, " & ");
        foreach (var kind in queries.Where(query => query.Kind.EndsWith(" word", StringComparison.Ordinal) ||
            query.Kind.EndsWith(" words", StringComparison.Ordinal)).GroupBy(query => query.Kind))
        {
            var times = new List<double>();
            foreach (var (_, text) in kind)
            {
                var match = string.Join(
                    separator, text.Split(' ').Select(word => separator == " & " ? $"'{word}'" : $"\"{word}\""));
                var start = Stopwatch.GetTimestamp();
                await database.ReadAsync(session => session.QueryAsync<long>(sql, new { match }), stop);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            Print($"  {kind.Key}, by {name}", times);
        }
    }

    private static void Print(string what, IEnumerable<double> times)
    {
        var sorted = times.Order().ToArray();
        Console.WriteLine($"{what,-36} median {sorted[sorted.Length / 2],6:N1} ms, " +
            $"99% {sorted[(int)(sorted.Length * 0.99)],6:N1} ms, max {sorted[^1],6:N1} ms");
    }

    private static async Task FillAsync(Database database, PaperFactory papers, int count, CancellationToken stop)
    {
        var store = new PaperStore(database, TimeProvider.System);
        var existing = (int)await database.ReadAsync(
            session => session.SingleAsync<long>("SELECT COUNT(*) FROM papers"), stop);
        await TimeAsync("through PaperStore", existing, Math.Min(count, SavedByStore), papers, batch =>
            store.SaveAsync("Benchmark", batch, stop));
        await TimeAsync("in bulk", Math.Max(existing, SavedByStore), count, papers, batch =>
            database.WriteAsync(
                session => session.InsertManyAsync("papers", Columns, batch.Select(paper => new object?[]
            {
                paper.Identity, paper.ArxivId, paper.Title, paper.Abstract, JsonSerializer.Serialize(paper.Authors),
                JsonSerializer.Serialize(paper.Keywords), (long)paper.Upvotes, 0L,
                paper.ListedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "Benchmark", 0L, 0L,
            })), stop));
        await new PaperTextUpgrade(database).RunAsync(stop);
    }

    private static async Task TimeAsync(
        string how, int from, int to, PaperFactory papers, Func<IReadOnlyList<ListedPaper>, Task> saveAsync)
    {
        var clock = new Stopwatch();
        for (var first = from; first < to; first += BatchSize)
        {
            // Generating the papers is not measured.
            var batch = Enumerable.Range(first, Math.Min(BatchSize, to - first)).Select(papers.Create).ToList();
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
