using System.Collections.Concurrent;
using TrendingMail.Editions;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests.Matching;

/// <summary>
/// Finds readers' interests in the papers of a digest. The papers are read once; what an interest finds is looked up once,
/// whoever has it; and what readers share a profile for (<see cref="Subscriber.Profile"/>) need be asked once for all of
/// them. So a million readers cost as much as their distinct profiles do. Safe to use from several threads.
/// </summary>
public sealed class PaperIndex
{
    private readonly PhraseIndex texts = new();
    private readonly PhraseIndex organizations = new();
    private readonly Dictionary<string, List<(int Paper, string Name, string[] Words)>> authors = [];
    private readonly Dictionary<string, List<Find>> categories = [];
    private readonly ConcurrentDictionary<(InterestKind Kind, string Key), Find[]> known = new();
    private readonly int count;

    /// <param name="papers">In the order in which the matches name them.</param>
    public PaperIndex(IReadOnlyList<FrozenPaper> papers)
    {
        count = papers.Count;
        for (var i = 0; i < count; i++)
        {
            Add(i, papers[i]);
        }
    }

    /// <summary>What these interests say of the papers; a paper of which they say nothing is absent.</summary>
    /// <returns>In the order of the papers.</returns>
    public IReadOnlyList<PaperMatch> Match(IReadOnlyList<Interest> interests)
    {
        var sums = new Sum[count];
        var found = 0;
        foreach (var interest in interests)
        {
            foreach (var find in FindsOf(interest))
            {
                ref var sum = ref sums[find.Paper];
                found += sum.Count(interest, find) ? 1 : 0;
            }
        }

        var matches = new List<PaperMatch>(found);
        for (var i = 0; i < count; i++)
        {
            if (sums[i].Best is { } best)
            {
                matches.Add(new PaperMatch(
                    i, Math.Round(sums[i].Score, 4), sums[i].IsMuted, new MatchReason(sums[i].By!, best.Field, best.Words)));
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
            var words = Interest.KeyOf(InterestKind.Author, author).Split(' ');
            foreach (var word in words.Distinct())
            {
                Listed(authors, word).Add((number, author, words));
            }
        }

        for (var i = 0; i < paper.Categories.Count; i++)
        {
            AddCategory(number, paper.Categories[i], i == 0 ? Plainness.Category : Plainness.OtherCategory);
        }
    }

    /// <summary>Also by the archive that the category belongs to: "cs" finds all of computer science.</summary>
    private void AddCategory(int number, string category, double plainness)
    {
        var key = category.ToLowerInvariant();
        var find = new Find(number, plainness, MatchField.Categories, category);
        Listed(categories, key).Add(find);
        if (key.IndexOf('.', StringComparison.Ordinal) is var dot and > 0)
        {
            Listed(categories, key[..dot]).Add(find);
        }
    }

    private static List<T> Listed<T>(Dictionary<string, List<T>> lists, string key)
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        return list;
    }

    private Find[] FindsOf(Interest interest) =>
        known.GetOrAdd((interest.Kind, interest.Key), static (wanted, index) => index.Search(wanted.Kind, wanted.Key), this);

    /// <summary>Where one interest is found: of each paper the plainest place, of equals the first.</summary>
    private Find[] Search(InterestKind kind, string key) =>
    [
        .. AllFinds(kind, key)
            .GroupBy(find => find.Paper)
            .Select(finds => finds.MaxBy(find => find.Plainness)!)
            .OrderBy(find => find.Paper),
    ];

    private IEnumerable<Find> AllFinds(InterestKind kind, string key) => kind switch
    {
        InterestKind.Author => FindAuthor(key.Split(' ')),
        InterestKind.Category => categories.GetValueOrDefault(key) ?? [],
        InterestKind.Organization => WantedWords.OfKeyword(key).Names.SelectMany(organizations.Find)
            .Select(hit => new Find(hit.Paper, Plainness.Organization, hit.Field, hit.Words)),
        InterestKind.Topic => FindWords(WantedWords.OfTopic(key)),
        _ => FindWords(WantedWords.OfKeyword(key)),
    };

    private IEnumerable<Find> FindWords(WantedWords wanted) =>
        wanted.Names.SelectMany(texts.Find)
            .Select(hit => new Find(hit.Paper, Plainness.OfName(hit.Field), hit.Field, hit.Words))
            .Concat(wanted.Related.SelectMany(texts.Find)
                .Select(hit => new Find(hit.Paper, Plainness.OfRelated(hit.Field), hit.Field, hit.Words)))
            .Concat(wanted.Categories.SelectMany(category => categories.GetValueOrDefault(category) ?? []));

    private IEnumerable<Find> FindAuthor(string[] wanted) =>
        (authors.GetValueOrDefault(wanted[^1]) ?? [])
            .Where(author => AuthorName.Matches(wanted, author.Words))
            .Select(author => new Find(author.Paper, Plainness.Author, MatchField.Authors, author.Name));

    /// <summary>What was found in a paper for one interest.</summary>
    private sealed record Find(int Paper, double Plainness, MatchField Field, string Words);

    /// <summary>What the interests of one reader say of one paper.</summary>
    private struct Sum
    {
        private double greatest;

        public double Score { get; private set; }

        public bool IsMuted { get; private set; }

        public Find? Best { get; private set; }

        public Interest? By { get; private set; }

        /// <returns>Whether it was the first.</returns>
        public bool Count(Interest interest, Find find)
        {
            var isFirst = Best is null;
            var part = interest.Weight * find.Plainness;
            Score += part;
            var mutes = interest.IsMute && find.Plainness >= Plainness.EnoughToMute;

            // What mutes is the reason before all else, then what speaks for the paper, then what speaks against it.
            var greatness = mutes ? 3 + find.Plainness : part > 0 ? 1 + part : -part;
            IsMuted |= mutes;
            if (isFirst || greatness > greatest)
            {
                (greatest, Best, By) = (greatness, find, interest);
            }

            return isFirst;
        }
    }
}
