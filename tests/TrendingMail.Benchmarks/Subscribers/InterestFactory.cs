using TrendingMail.Benchmarks.Search;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Benchmarks.Subscribers;

/// <summary>
/// Generates interests, deterministic by number: topics, words and phrases of the papers, authors, categories.
/// </summary>
internal sealed class InterestFactory(Vocabulary words, IReadOnlyList<string> authors)
{
    private static readonly string[] Topics =
    [
        "speech", "robotics", "LLM", "computer vision", "reasoning", "agents", "safety", "efficiency",
        "medicine", "graph learning",
    ];

    private static readonly string[] Categories =
        ["cs.CL", "cs.CV", "cs.LG", "cs.RO", "eess.AS", "stat.ML", "q-bio.BM", "cs"];

    private static readonly double[] Weights = [1, 1, 1, 1, 0.75, 0.5, 0.25, -0.25, -0.5, -1];

    public static IReadOnlyList<string> AllCategories => Categories;

    /// <summary>Three to twelve interests.</summary>
    public Interest[] CreateMany(int number)
    {
        var random = new Random(number);
        return [.. Enumerable.Range(0, random.Next(3, 13)).Select(_ => Create(random))
            .DistinctBy(i => (i.Kind, i.Key))];
    }

    private Interest Create(Random random)
    {
        var (kind, value) = random.Next(10) switch
        {
            < 3 => (InterestKind.Topic, Topics[random.Next(Topics.Length)]),
            < 6 => (InterestKind.Keyword, words[100 + random.Next(8_000)]),
            < 7 => (InterestKind.Keyword, $"{words[40 + random.Next(400)]} {words[40 + random.Next(400)]}"),
            < 9 => (InterestKind.Author, authors[random.Next(authors.Count)]),
            _ => (InterestKind.Category, Categories[random.Next(Categories.Length)]),
        };
        return Interest.Create(kind, value, Weights[random.Next(Weights.Length)])!;
    }
}
