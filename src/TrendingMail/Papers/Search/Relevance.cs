namespace TrendingMail.Papers.Search;

/// <summary>
/// How well a paper fits a query: BM25F (Robertson, Zaragoza and Taylor, 2004), where a word counts the more the rarer it
/// is and the more prominent it stands, and new papers are worth up to half more than old ones.
/// </summary>
internal sealed class Relevance(TermMatcher matcher, IReadOnlyList<double> rarities, DateOnly today)
{
    private const double Saturation = 1.2;

    private const double HalfLifeDays = 365;

    private const double NewnessShare = 0.5;

    private static readonly Column Title = new(Weight: 8, AverageWords: 10, LengthShare: 0.3);
    private static readonly Column Abstract = new(Weight: 1, AverageWords: 180, LengthShare: 0.6);
    private static readonly Column Authors = new(Weight: 4, AverageWords: 12, LengthShare: 0.3);
    private static readonly Column Keywords = new(Weight: 3, AverageWords: 10, LengthShare: 0.3);

    /// <summary>How much a term's presence says, of how many papers have it: the inverse document frequency.</summary>
    public static double Rarity(long having, long papers) =>
        Math.Log(1 + ((Math.Max(papers - having, 0) + 0.5) / (having + 0.5)));

    /// <summary>Best first. Equals stand in the order of their days, newest first, then of their numbers.</summary>
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

        var title = matcher.Read(paper.Title);
        var text = matcher.Read(paper.Abstract);
        var authors = paper.Authors.Select(matcher.Read).ToList();
        var keywords = paper.Keywords.Select(matcher.Read).ToList();
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
            score += rarities[i] * frequency / (Saturation + frequency);
        }

        var age = Math.Max(today.DayNumber - paper.ListedOn.DayNumber, 0);
        return score * (1 + (NewnessShare * Math.Pow(2, -age / HalfLifeDays)));
    }

    /// <param name="Weight">What a hit here is worth.</param>
    /// <param name="AverageWords">Usual length; papers differ little, and so a constant does.</param>
    /// <param name="LengthShare">How far a longer text makes a hit worth less: BM25's b.</param>
    private sealed record Column(double Weight, double AverageWords, double LengthShare)
    {
        public double Frequency(MatchedTerm term, List<List<TextWord>> texts)
        {
            var hits = 0;
            var words = 0;
            foreach (var text in texts)
            {
                hits += term.CountIn(text);
                words += text.Count;
            }

            return hits == 0 ? 0 : Weight * hits / (1 - LengthShare + (LengthShare * words / AverageWords));
        }
    }
}
