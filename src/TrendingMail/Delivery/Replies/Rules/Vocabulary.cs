namespace TrendingMail.Delivery.Replies.Rules;

/// <summary>
/// The terms of which patterns consist: words, and sets of equivalent words and phrases in many languages
/// (<c>words.tsv</c>). A word that ends in <c>*</c> stands for all that begin with it.
/// </summary>
internal sealed class Vocabulary
{
    private const string Wildcard = "*";

    private readonly Dictionary<string, List<string[]>> sets = new(StringComparer.Ordinal);

    private readonly Dictionary<string, int> terms = new(StringComparer.Ordinal);

    /// <summary>For each first word of a phrase, the terms that it may begin.</summary>
    private readonly Dictionary<string, List<(int Term, string[] Words)>> phrases = new(StringComparer.Ordinal);

    /// <summary>The same for first words that end in a wildcard, without it.</summary>
    private readonly Dictionary<string, List<(int Term, string[] Words)>> prefixes = new(StringComparer.Ordinal);

    private int shortestPrefix = int.MaxValue;

    private int longestPrefix;

    /// <param name="isKept">Whether to keep a phrase of a set; all if null.</param>
    public Vocabulary(Func<string, bool>? isKept = null)
    {
        foreach (var fields in RuleFile.Read("words.tsv", 3))
        {
            var name = $"{{{fields[0]}}}";
            if (!sets.TryGetValue(name, out var set))
            {
                sets.Add(name, set = []);
            }

            set.AddRange(fields[1].Split(',', StringSplitOptions.TrimEntries)
                .Where(phrase => isKept?.Invoke(phrase) != false).Select(ParsePhrase));
        }
    }

    /// <summary>The number of a term: a word, or the name of a set in braces.</summary>
    /// <exception cref="InvalidOperationException">There is no such set.</exception>
    public int GetTerm(string text)
    {
        if (!terms.TryGetValue(text, out var term))
        {
            terms.Add(text, term = terms.Count);
            foreach (var phrase in text[0] != '{' ? [ParsePhrase(text)]
                : sets.GetValueOrDefault(text)
                    ?? throw new InvalidOperationException($"There are no words for {text} in words.tsv."))
            {
                Add(term, phrase);
            }
        }

        return term;
    }

    /// <summary>Finds the terms in a text that <see cref="GetTerm"/> was called for.</summary>
    public TextTerms Find(string text)
    {
        var words = ReplyWords.Split(text);
        var found = new (int, int)[]?[words.Count];
        var here = new List<(int Term, int Length)>();
        var prefixLookup = prefixes.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var position = 0; position < words.Count; position++)
        {
            var word = words[position];
            if (word == ReplyWords.SentenceEnd)
            {
                continue;
            }

            here.Clear();
            Add(phrases.GetValueOrDefault(word), words, position, here);
            for (var length = shortestPrefix; length <= Math.Min(longestPrefix, word.Length); length++)
            {
                if (prefixLookup.TryGetValue(word.AsSpan(0, length), out var known))
                {
                    Add(known, words, position, here);
                }
            }

            here.Sort((one, other) => other.Length.CompareTo(one.Length));
            found[position] = here.Count == 0 ? [] : [.. here];
        }

        return new TextTerms(found);
    }

    private static void Add(
        List<(int Term, string[] Words)>? known, IReadOnlyList<string> words, int position,
        List<(int Term, int Length)> found)
    {
        foreach (var (term, phrase) in known ?? [])
        {
            if (Continues(words, position, phrase))
            {
                found.Add((term, phrase.Length));
            }
        }
    }

    private static bool Continues(IReadOnlyList<string> words, int position, string[] phrase)
    {
        if (position + phrase.Length > words.Count)
        {
            return false;
        }

        for (var i = 1; i < phrase.Length; i++)
        {
            if (!(phrase[i].EndsWith('*')
                ? words[position + i].AsSpan().StartsWith(phrase[i].AsSpan(0, phrase[i].Length - 1))
                : words[position + i] == phrase[i]))
            {
                return false;
            }
        }

        return true;
    }

    private void Add(int term, string[] phrase)
    {
        var isPrefix = phrase[0].EndsWith('*');
        var first = isPrefix ? phrase[0][..^1] : phrase[0];
        var dictionary = isPrefix ? prefixes : phrases;
        if (!dictionary.TryGetValue(first, out var known))
        {
            dictionary.Add(first, known = []);
        }

        known.Add((term, phrase));
        if (isPrefix)
        {
            shortestPrefix = Math.Min(shortestPrefix, first.Length);
            longestPrefix = Math.Max(longestPrefix, first.Length);
        }
    }

    private static string[] ParsePhrase(string phrase) =>
    [
        .. phrase.Split(' ').SelectMany<string, string>(part =>
            part is ReplyWords.NetworkAddress or ReplyWords.MissingAddress ? [part]
            : part.EndsWith('*') ? ReplyWords.Split(part).Select(word => word + Wildcard)
            : ReplyWords.Split(part)),
    ];
}
