using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Tests.Digests.Selection.Matching;

/// <summary>
/// Compares the index with a matcher that scans every paper for every interest, on random papers and interests.
/// </summary>
public sealed class NaiveMatcherTests
{
    private static readonly string[] Vocabulary =
    [
        "the", "of", "speech", "Speech", "vocoder", "text", "to", "LLM", "llm", "large", "language",
        "model", "models", "RL",
        "reinforcement", "learning", "robot", "robotics", "diffusion", "diffused", "general", "generative",
        "RAG", "rag", "graph",
        "graphs", "network", "networks", "neural", "Quantization", "quantisation", "modèle",
    ];

    private static readonly string[] Names =
        ["Ada Quill", "A. Quill", "Bo Reed", "Cy B. Lane", "Cy Lane", "Lane Cy", "Quill"];

    private static readonly string[] Organizations =
        ["Harbour Lab", "The Harbour Lab", "MIT", "Massachusetts Institute of Technology"];

    private static readonly string[] Categories = ["cs.CL", "cs.RO", "eess.AS", "stat.ML", "cs"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void IndexAgreesWithANaiveMatcher(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 30; round++)
        {
            var papers = Enumerable.Range(0, 12).Select(_ => Paper(random)).ToArray();
            var index = new PaperIndex(papers);
            for (var profile = 0; profile < 20; profile++)
            {
                var interests = Enumerable.Range(0, random.Next(6)).Select(_ => CreateInterest(random))
                    .DistinctBy(i => (i.Kind, i.Key)).ToArray();

                var found = index.Match(interests).ToDictionary(match => match.Paper);

                for (var i = 0; i < papers.Length; i++)
                {
                    AssertSame(MatchNaively(papers[i], interests),
                        found.TryGetValue(i, out var match) ? match : null, papers[i]);
                }
            }
        }
    }

    private static void AssertSame(
        List<(Interest Interest, double Strength, string Words)> naive, PaperMatch? match, FrozenPaper paper)
    {
        Assert.Equal(naive.Count > 0, match is not null);
        if (match is not { } found)
        {
            return;
        }

        Assert.Equal(naive.Sum(f => f.Interest.Weight * f.Strength), found.Score, 3);
        Assert.Equal(naive.Any(f => f.Interest.IsMuted && f.Strength >= 0.5), found.IsMuted);
        Assert.Contains((found.Reason.Interest, found.Reason.Words), naive.Select(f => (f.Interest, f.Words)));
        if (!found.IsMuted && naive.Any(f => f.Interest.Weight > 0))
        {
            Assert.Equal(naive.Max(f => f.Interest.Weight * f.Strength),
                naive.Where(f => f.Interest == found.Reason.Interest).Max(f => f.Interest.Weight * f.Strength), 6);
        }

        Assert.Contains(found.Reason.Words, string.Join('\n',
            [paper.Title, paper.Abstract, .. paper.Keywords, .. paper.Authors, .. paper.Categories,
                paper.Organization]), StringComparison.Ordinal);
    }

    /// <summary>For each interest, scans everything and keeps the strongest hit.</summary>
    private static List<(Interest Interest, double Strength, string Words)> MatchNaively(
        FrozenPaper paper, Interest[] interests)
    {
        var all = new List<(Interest, double, string)>();
        foreach (var interest in interests)
        {
            var finds = interest.Kind switch
            {
                InterestKind.Author => paper.Authors
                    .Where(author => AuthorName.Matches(
                        interest.Key.Split(' '), Interest.Normalize(InterestKind.Author, author).Split(' ')))
                    .Select(author => (1.0, author)),
                InterestKind.Category => MatchCategories(
                    paper, key => key == interest.Key || key.StartsWith($"{interest.Key}.", StringComparison.Ordinal)),
                InterestKind.Organization => InterestTerms.ForKeyword(interest.Key).Names
                    .SelectMany(phrase => Scan(paper.Organization ?? "", phrase)).Select(words => (0.8, words)),
                InterestKind.Topic => MatchText(paper, InterestTerms.ForTopic(interest.Key)),
                _ => MatchText(paper, InterestTerms.ForKeyword(interest.Key)),
            };
            var best = finds.OrderByDescending(find => find.Item1).ToArray();
            if (best.Length > 0)
            {
                all.Add((interest, best[0].Item1, best[0].Item2));
            }
        }

        return all;
    }

    private static IEnumerable<(double, string)> MatchText(FrozenPaper paper, InterestTerms terms)
    {
        foreach (var (phrases, inTitle, inAbstract) in ((IReadOnlyList<Phrase>, double, double)[])
            [(terms.Names, 1, 0.6), (terms.Related, 0.8, 0.4)])
        {
            foreach (var phrase in phrases)
            {
                foreach (var text in (IEnumerable<string>)[paper.Title, .. paper.Keywords])
                {
                    foreach (var words in Scan(text, phrase))
                    {
                        yield return (inTitle, words);
                    }
                }

                foreach (var words in Scan(paper.Abstract, phrase))
                {
                    yield return (inAbstract, words);
                }
            }
        }

        foreach (var find in MatchCategories(paper, terms.Categories.Contains))
        {
            yield return find;
        }
    }

    private static IEnumerable<(double, string)> MatchCategories(FrozenPaper paper, Func<string, bool> isWanted) =>
        paper.Categories.Select((category, i) => (i == 0 ? 0.5 : 0.3, category))
            .Where(category => isWanted(category.category.ToLowerInvariant()));

    private static IEnumerable<string> Scan(string text, Phrase phrase)
    {
        var words = Stems.Tokenize(text);
        for (var i = 0; i + phrase.Stems.Count <= words.Length; i++)
        {
            var found = text[words[i].Start..words[i + phrase.Stems.Count - 1].End];
            if (words.Skip(i).Take(phrase.Stems.Count).Select(word => word.Stem).SequenceEqual(phrase.Stems)
                && (!phrase.IsAbbreviation || found.Count(char.IsUpper) > 1))
            {
                yield return found;
            }
        }
    }

    private static FrozenPaper Paper(Random random) => new()
    {
        Title = Text(random, 1 + random.Next(6)),
        Abstract = Text(random, random.Next(25)),
        Summary = "",
        SummaryByAi = false,
        Authors = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Pick(random, Names))],
        Keywords = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Text(random, 1 + random.Next(2)))],
        Categories = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Pick(random, Categories)).Distinct()],
        Organization = random.Next(2) == 0 ? null : Pick(random, Organizations),
        Upvotes = 0,
        Comments = 0,
    };

    private static Interest CreateInterest(Random random)
    {
        var kind = Pick(random, Enum.GetValues<InterestKind>());
        var value = kind switch
        {
            InterestKind.Author => Pick(random, Names),
            InterestKind.Category => Pick(random, Categories),
            InterestKind.Organization => Pick(random, Organizations),
            _ => random.Next(3) == 0 ? Pick(random, ["NLP", "speech", "robotics", "large language model"])
                : Text(random, 1 + random.Next(3)),
        };
        return Interest.Create(kind, value, Pick(random, [-1, -0.75, -0.25, 0.25, 0.5, 1]))!;
    }

    private static string Text(Random random, int words) =>
        string.Join(random.Next(5) == 0 ? "-" : " ", Enumerable.Range(0, words).Select(_ => Pick(random, Vocabulary)));

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
