using System.Collections.Concurrent;
using TrendingMail.Editions;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Digests.Selection.Matching;

/// <summary>
/// Matches subscribers' interests against the papers of a digest. Papers are indexed once, the hits of an interest are
/// found once whoever has it, and subscribers with the same profile can share the result. So a
/// million subscribers cost no more than their distinct profiles. Thread-safe.
/// </summary>
public sealed class PaperIndex
{
    private readonly PhraseIndex texts = new();
    private readonly PhraseIndex organizations = new();
    private readonly Dictionary<string, List<(int Paper, string Name, string[] Words)>> authors = [];
    private readonly Dictionary<string, List<Hit>> categories = [];
    private readonly ConcurrentDictionary<(InterestKind Kind, string Key), Hit[]> hits = new();
    private readonly int paperCount;

    /// <param name="papers">The papers; matches refer to them by index.</param>
    public PaperIndex(IReadOnlyList<FrozenPaper> papers)
    {
        paperCount = papers.Count;
        for (var i = 0; i < paperCount; i++)
        {
            Add(i, papers[i]);
        }
    }

    /// <summary>Matches interests against all papers. Papers without a match are absent.</summary>
    /// <returns>The matches in the order of the papers.</returns>
    public IReadOnlyList<PaperMatch> Match(IReadOnlyList<Interest> interests)
    {
        var sums = new ScoreSum[paperCount];
        var found = 0;
        foreach (var interest in interests)
        {
            foreach (var hit in FindHits(interest))
            {
                ref var sum = ref sums[hit.Paper];
                found += sum.Add(interest, hit) ? 1 : 0;
            }
        }

        var matches = new List<PaperMatch>(found);
        for (var i = 0; i < paperCount; i++)
        {
            if (sums[i].Best is { } best)
            {
                matches.Add(new PaperMatch(
                    i, Math.Round(sums[i].Score, 4), sums[i].IsMuted,
                    new MatchReason(sums[i].BestInterest!, best.Field, best.Words)));
            }
        }

        return matches;
    }

    private void Add(int number, FrozenPaper paper)
    {
        texts.Add(number, MatchField.Title, paper.Title);
        foreach (var keyword in paper.Keywords)
        {
            texts.Add(number, MatchField.Keywords, keyword);
        }

        texts.Add(number, MatchField.Abstract, paper.Abstract);
        if (paper.Organization is { } organization)
        {
            organizations.Add(number, MatchField.Organization, organization);
        }

        foreach (var author in paper.Authors)
        {
            var words = AuthorName.Words(Interest.Normalize(InterestKind.Author, author));
            foreach (var word in words.Distinct())
            {
                GetOrAddList(authors, word).Add((number, author, words));
            }
        }

        for (var i = 0; i < paper.Categories.Count; i++)
        {
            AddCategory(number, paper.Categories[i],
                i == 0 ? MatchStrength.PrimaryCategory : MatchStrength.SecondaryCategory);
        }
    }

    /// <summary>Also indexes the archive of the category: "cs" matches all of computer science.</summary>
    private void AddCategory(int number, string category, double strength)
    {
        var key = category.ToLowerInvariant();
        var hit = new Hit(number, strength, MatchField.Categories, category);
        GetOrAddList(categories, key).Add(hit);
        if (key.IndexOf('.', StringComparison.Ordinal) is var dot and > 0)
        {
            GetOrAddList(categories, key[..dot]).Add(hit);
        }
    }

    private static List<T> GetOrAddList<T>(Dictionary<string, List<T>> lists, string key)
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        return list;
    }

    private Hit[] FindHits(Interest interest) =>
        hits.GetOrAdd((interest.Kind, interest.Key),
            static (wanted, index) => index.FindStrongest(wanted.Kind, wanted.Key), this);

    /// <summary>Finds the strongest hit of an interest in each paper; the first among equals.</summary>
    private Hit[] FindStrongest(InterestKind kind, string key) =>
    [
        .. FindAll(kind, key)
            .GroupBy(hit => hit.Paper)
            .Select(group => group.MaxBy(hit => hit.Strength)!)
            .OrderBy(hit => hit.Paper),
    ];

    private IEnumerable<Hit> FindAll(InterestKind kind, string key) => kind switch
    {
        InterestKind.Author => FindAuthor(AuthorName.Words(key)),
        InterestKind.Category => categories.GetValueOrDefault(key) ?? [],
        InterestKind.Organization => InterestTerms.ForKeyword(key).Names.SelectMany(organizations.Find)
            .Select(hit => new Hit(hit.Paper, MatchStrength.Organization, hit.Field, hit.Words)),
        InterestKind.Topic => FindTerms(InterestTerms.ForTopic(key)),
        _ => FindTerms(InterestTerms.ForKeyword(key)),
    };

    private IEnumerable<Hit> FindTerms(InterestTerms terms) =>
        terms.Names.SelectMany(texts.Find)
            .Select(hit => new Hit(hit.Paper, MatchStrength.ForName(hit.Field), hit.Field, hit.Words))
            .Concat(terms.Related.SelectMany(texts.Find)
                .Select(hit => new Hit(hit.Paper, MatchStrength.ForRelated(hit.Field), hit.Field, hit.Words)))
            .Concat(terms.Categories.SelectMany(category => categories.GetValueOrDefault(category) ?? []));

    private IEnumerable<Hit> FindAuthor(string[] wanted) =>
        (authors.GetValueOrDefault(wanted[^1]) ?? [])
            .Where(author => AuthorName.Matches(wanted, author.Words))
            .Select(author => new Hit(author.Paper, MatchStrength.Author, MatchField.Authors, author.Name));

    /// <summary>A hit of one interest in a paper.</summary>
    private sealed record Hit(int Paper, double Strength, MatchField Field, string Words);

    /// <summary>Accumulates the hits of one subscriber's interests in one paper.</summary>
    private struct ScoreSum
    {
        private double bestPriority;

        public double Score { get; private set; }

        public bool IsMuted { get; private set; }

        public Hit? Best { get; private set; }

        public Interest? BestInterest { get; private set; }

        /// <returns>Whether this is the first hit in the paper.</returns>
        public bool Add(Interest interest, Hit hit)
        {
            var isFirst = Best is null;
            var contribution = interest.Weight * hit.Strength;
            Score += contribution;
            var mutes = interest.IsMuted && hit.Strength >= MatchStrength.MuteThreshold;

            // A mute takes precedence as the reason, then what counts for the paper, then what counts against it.
            var priority = mutes ? 3 + hit.Strength : contribution > 0 ? 1 + contribution : -contribution;
            IsMuted |= mutes;
            if (isFirst || priority > bestPriority)
            {
                (bestPriority, Best, BestInterest) = (priority, hit, interest);
            }

            return isFirst;
        }
    }
}
