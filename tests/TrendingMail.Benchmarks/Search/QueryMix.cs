namespace TrendingMail.Benchmarks.Search;

/// <summary>Two hundred queries of ten kinds; always the same.</summary>
internal static class QueryMix
{
    private const int QueriesPerKind = 20;

    public static IReadOnlyList<(string Kind, string Text)> Create(Vocabulary words, PaperFactory papers)
    {
        var random = new Random(7);
        string Common() => words[Vocabulary.StopWordCount + random.Next(60)];
        string Medium() => words[500 + random.Next(4_500)];
        string Rare() => words[20_000 + random.Next(30_000)];

        static string Long(Func<string> word)
        {
            var text = word();
            return text.Length > 4 ? text : Long(word);
        }

        // Consecutive words from a title, as somebody might remember them.
        string[] Title() => papers.Create(random.Next(papers.Count)).Title.Split(' ');
        string Run(int length)
        {
            var title = Title();
            return string.Join(' ', title.Skip(random.Next(title.Length - length)).Take(length));
        }

        (string, Func<string>)[] kinds =
        [
            ("common word", Common),
            ("medium word", Medium),
            ("rare word", Rare),
            ("two words", () => $"{Common()} {Medium()}"),
            ("three words", () => $"{Common()} {Medium()} {Common()}"),
            ("phrase", () => $"\"{Run(2 + random.Next(2))}\""),
            ("prefix", () => $"{Long(Medium)[..^1]}*"),
            ("author", () => $"author:\"{papers.Create(random.Next(papers.Count)).Authors[0]}\""),
            ("exclusion", () => $"{Common()} {Medium()} -{Common()}"),
            ("date range", () => $"{Common()} {Medium()} date:{2017 + random.Next(9)}-{1 + random.Next(12):00}"),
        ];
        return [.. kinds.SelectMany(
            kind => Enumerable.Range(0, QueriesPerKind).Select(_ => (kind.Item1, kind.Item2())))];
    }
}
