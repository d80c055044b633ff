using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Papers.Search.Words;

namespace TrendingMail.Papers.Search;

/// <summary>
/// Scores papers by BM25F (Robertson, Zaragoza and Taylor, 2004): rare terms and prominent fields count more. New
/// papers score up to half as much again as old ones.
/// </summary>
internal sealed class Relevance(TermMatcher matcher, IReadOnlyList<double> inverseDocumentFrequencies, DateOnly today)
{
    private const double Saturation = 1.2;

    private const double RecencyHalfLifeDays = 365;

    private const double RecencyBoost = 0.5;

    private static readonly Bm25Field Title = new(Weight: 8, AverageLength: 10, LengthNormalization: 0.3);
    private static readonly Bm25Field Abstract = new(Weight: 1, AverageLength: 180, LengthNormalization: 0.6);
    private static readonly Bm25Field Authors = new(Weight: 4, AverageLength: 12, LengthNormalization: 0.3);
    private static readonly Bm25Field Keywords = new(Weight: 3, AverageLength: 10, LengthNormalization: 0.3);

    /// <summary>The inverse document frequency of a term that occurs in a number of papers.</summary>
    public static double InverseDocumentFrequency(long documentFrequency, long documentCount) =>
        Math.Log(1 + ((Math.Max(documentCount - documentFrequency, 0) + 0.5) / (documentFrequency + 0.5)));

    /// <summary>Best first; equal scores newest first, then by descending id.</summary>
    public IReadOnlyList<long> Rank(IEnumerable<Candidate> candidates) =>
    [
        .. candidates.Select(paper => (Paper: paper, Score: Score(paper)))
            .OrderByDescending(ranked => ranked.Score)
            .ThenByDescending(ranked => ranked.Paper.ListedOn)
            .ThenByDescending(ranked => ranked.Paper.Id)
            .Select(ranked => ranked.Paper.Id),
    ];

    public double Score(Candidate paper)
    {
        if (matcher.Terms.Count == 0)
        {
            return 0;
        }

        var title = matcher.Tokenize(paper.Title);
        var text = matcher.Tokenize(paper.Abstract);
        var authors = paper.Authors.Select(matcher.Tokenize).ToList();
        var keywords = paper.Keywords.Select(matcher.Tokenize).ToList();
        var score = 0.0;
        for (var i = 0; i < matcher.Terms.Count; i++)
        {
            var term = matcher.Terms[i];
            var frequency = term.Field switch
            {
                SearchField.Author => Authors.Frequency(term, authors),
                SearchField.Title => Title.Frequency(term, [title]),
                _ => Title.Frequency(term, [title]) + Abstract.Frequency(term, [text])
                    + Authors.Frequency(term, authors) + Keywords.Frequency(term, keywords),
            };
            score += inverseDocumentFrequencies[i] * frequency / (Saturation + frequency);
        }

        var age = Math.Max(today.DayNumber - paper.ListedOn.DayNumber, 0);
        return score * (1 + (RecencyBoost * Math.Pow(2, -age / RecencyHalfLifeDays)));
    }

    /// <param name="Weight">The weight of a hit in this field.</param>
    /// <param name="AverageLength">The average length; a constant, because papers differ little.</param>
    /// <param name="LengthNormalization">BM25's b: how strongly the score is normalized by length.</param>
    private sealed record Bm25Field(double Weight, double AverageLength, double LengthNormalization)
    {
        public double Frequency(MatchedTerm term, List<List<TextWord>> texts)
        {
            var hits = 0;
            var words = 0;
            foreach (var text in texts)
            {
                hits += term.CountOccurrences(text);
                words += text.Count;
            }

            return hits == 0
                ? 0 : Weight * hits / (1 - LengthNormalization + (LengthNormalization * words / AverageLength));
        }
    }
}
