namespace TrendingMail.Benchmarks.Search;

/// <summary>
/// Synthetic words with a Zipf distribution: English stop words first, then words made of syllables with English
/// endings, so that the stemmer has work to do.
/// </summary>
internal sealed class Vocabulary
{
    private const double Exponent = 1.05;

    private static readonly string[] StopWords =
    [
        "the", "of", "and", "a", "to", "in", "we", "for", "that", "is", "on", "with", "are", "as", "by", "this", "our",
        "from", "an", "be", "which", "or", "it", "can", "at", "than", "these", "have", "not", "both", "their", "but",
    ];

    private static readonly string[] Onsets =
    [
        "b", "br", "c", "ch", "cl", "d", "dr", "f", "fl", "g", "gr", "h", "k", "l", "m", "n", "p", "pr", "qu", "r", "s",
        "sp", "st", "t", "tr", "v", "w", "z",
    ];

    private static readonly string[] Vowels = ["a", "e", "i", "o", "u", "ea", "io"];

    private static readonly string[] Codas = ["", "", "", "l", "m", "n", "nd", "r", "rt", "s", "t", "x"];

    private static readonly string[] Endings =
        ["", "", "", "s", "s", "ing", "ed", "ation", "al", "ly", "ity", "er", "ive"];

    private readonly string[] words;
    private readonly double[] cumulative;

    public Vocabulary(int size, int seed)
    {
        var random = new Random(seed);
        var known = new HashSet<string>(StopWords, StringComparer.Ordinal);
        var list = new List<string>(StopWords);
        while (list.Count < size)
        {
            // Frequent words are short.
            var syllables = 1 + random.Next(list.Count < 500 ? 2 : 3);
            var word = string.Concat(Enumerable.Range(0, syllables).Select(_ => Syllable(random))) +
                Pick(random, Endings);
            if (word.Length > 2 && known.Add(word))
            {
                list.Add(word);
            }
        }

        words = [.. list];
        cumulative = new double[size];
        var sum = 0.0;
        for (var i = 0; i < size; i++)
        {
            sum += 1 / Math.Pow(i + 2.7, Exponent);
            cumulative[i] = sum;
        }
    }

    /// <summary>The word at a frequency rank; 0 is the most frequent.</summary>
    public string this[int rank] => words[rank];

    public static int StopWordCount => StopWords.Length;

    public string Next(Random random)
    {
        var found = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
        return words[Math.Min(found < 0 ? ~found : found, words.Length - 1)];
    }

    private static string Syllable(Random random) => Pick(random, Onsets) + Pick(random, Vowels) + Pick(random, Codas);

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
