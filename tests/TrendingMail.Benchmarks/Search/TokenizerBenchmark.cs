using System.CommandLine;
using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using TrendingMail.Papers;
using TrendingMail.Papers.Sample;
using TrendingMail.Papers.Sources.Files;

namespace TrendingMail.Benchmarks.Search;

/// <summary><c>tokenizers</c>: the cost and recall of FTS5's tokenizers.</summary>
internal static class TokenizerBenchmark
{
    private const int VocabularySize = 60_000;

    private static readonly string[] Tokenizers =
        ["unicode61 remove_diacritics 2", "porter unicode61 remove_diacritics 2", "trigram"];

    /// <summary>Word forms that a person considers the same word.</summary>
    private static readonly string[][] Families =
    [
        ["agent", "agents", "agentic"], ["model", "models", "modeling", "modelling"],
        ["embedding", "embeddings", "embed", "embedded"],
        ["quantize", "quantized", "quantization", "quantizing"],
        ["transformer", "transformers"], ["reason", "reasoning", "reasons"],
        ["align", "aligned", "alignment", "aligning"], ["distill", "distilled", "distillation", "distilling"],
        ["policy", "policies"], ["generate", "generates", "generated", "generation", "generating"],
        ["dataset", "datasets"],
        ["efficient", "efficiently", "efficiency"],
        ["robot", "robots", "robotic", "robotics"], ["token", "tokens", "tokenizer"],
        ["video", "videos"], ["benchmark", "benchmarks", "benchmarking"],
        ["retrieve", "retrieves", "retrieval", "retrieved"],
    ];

    private static readonly Option<int> Count = new("--papers")
    {
        Description = "Number of synthetic papers",
        DefaultValueFactory = _ => 100_000,
    };

    private static readonly Option<string[]> Files = new("--file")
    {
        Description = "Files of real papers for measuring recall (default: the sample)",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create()
    {
        var command =
            new Command("tokenizers", "Index size, query time and recall of FTS5's tokenizers") { Count, Files };
        command.SetAction(
            (arguments, stop) => RunAsync(arguments.GetValue(Count), arguments.GetValue(Files) ?? [], stop));
        return command;
    }

    private static async Task<int> RunAsync(int count, string[] files, CancellationToken stop)
    {
        var words = new Vocabulary(VocabularySize, seed: 1);
        var papers = new PaperFactory(words, count);
        var queries = QueryMix.Create(words, papers)
            .Where(query => query.Kind.Contains(" word", StringComparison.Ordinal))
            .Select(query => query.Text).ToList();
        var real = new List<ListedPaper>();
        foreach (var file in files)
        {
            real.AddRange((await FileSource.ReadAllAsync(file, null, stop)).Papers);
        }

        if (real.Count == 0)
        {
            real.AddRange((await SamplePapers.ReadAsync(new DateOnly(2026, 11, 23), stop)).Papers);
        }

        foreach (var tokenizer in Tokenizers)
        {
            using var invented = Open(tokenizer, Enumerable.Range(0, count).Select(papers.Create));
            var size = invented.ExecuteScalar<long>("SELECT SUM(LENGTH(block)) FROM texts_data");
            var times = queries.Select(query => Time(invented, query)).Order().ToArray();
            using var known = Open(tokenizer, real);
            using var exact = Open(Tokenizers[0], real);
            var (recall, precision) = MeasureQuality(known, exact);
            Console.WriteLine($"{tokenizer,-38} {size / 1e6,6:N0} MB, median {times[times.Length / 2]:N2} ms, " +
                $"99% {times[(int)(times.Length * 0.99)]:N2} ms, " +
                $"recall {recall:P0}, precision {precision:P0} on {real.Count} papers");
        }

        return 0;
    }

    private static SqliteConnection Open(string tokenizer, IEnumerable<ListedPaper> papers)
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        connection.Execute(
            $"CREATE VIRTUAL TABLE texts USING fts5 (title, abstract, content = '', tokenize = '{tokenizer}')");
        using var transaction = connection.BeginTransaction();
        connection.Execute("INSERT INTO texts (rowid, title, abstract) VALUES (@id, @Title, @Abstract)",
            papers.Select((paper, i) => new { id = i + 1, paper.Title, paper.Abstract }), transaction);
        transaction.Commit();
        return connection;
    }

    private static List<long> Find(SqliteConnection connection, string query, int limit) => connection.Query<long>(
        "SELECT rowid FROM texts WHERE texts MATCH @match ORDER BY rowid LIMIT @limit",
        new { match = string.Join(" AND ", query.Split(' ').Select(word => $"\"{word}\"")), limit }).AsList();

    private static double Time(SqliteConnection connection, string query)
    {
        Find(connection, query, 200);
        var start = Stopwatch.GetTimestamp();
        Find(connection, query, 200);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>
    /// Recall and precision of one word form, relative to the papers that contain any form of the word.
    /// </summary>
    private static (double Recall, double Precision) MeasureQuality(SqliteConnection connection, SqliteConnection exact)
    {
        var (wanted, found, both) = (0, 0, 0);
        foreach (var family in Families)
        {
            var right = family.SelectMany(form => Find(exact, form, int.MaxValue)).ToHashSet();
            foreach (var form in family)
            {
                var hits = Find(connection, form, int.MaxValue);
                wanted += right.Count;
                found += hits.Count;
                both += hits.Count(right.Contains);
            }
        }

        return ((double)both / wanted, (double)both / found);
    }
}
