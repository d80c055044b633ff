using System.Runtime.InteropServices;

namespace TrendingMail.Digests.Selection.Matching;

/// <summary>An occurrence of a phrase in a paper.</summary>
/// <param name="Words">The phrase as the paper spells it.</param>
internal readonly record struct PhraseHit(int Paper, MatchField Field, string Words);

/// <summary>A positional inverted index of the texts of papers.</summary>
internal sealed class PhraseIndex
{
    private readonly List<(int Paper, MatchField Field, string Text, StemmedWord[] Words)> texts = [];
    private readonly Dictionary<string, List<(int Text, int Position)>> postings = [];

    public void Add(int paper, MatchField field, string text)
    {
        var words = Stems.Tokenize(text);
        for (var i = 0; i < words.Length; i++)
        {
            ref var occurrences = ref CollectionsMarshal.GetValueRefOrAddDefault(postings, words[i].Stem, out _);
            (occurrences ??= []).Add((texts.Count, i));
        }

        texts.Add((paper, field, text, words));
    }

    /// <summary>Finds all occurrences of a phrase, in the order in which the texts were added.</summary>
    public IEnumerable<PhraseHit> Find(Phrase phrase)
    {
        var stems = phrase.Stems;
        var rarest = 0;
        for (var i = 0; i < stems.Count; i++)
        {
            if (!postings.TryGetValue(stems[i], out var occurrences))
            {
                yield break;
            }

            rarest = occurrences.Count < postings[stems[rarest]].Count ? i : rarest;
        }

        foreach (var (number, position) in postings[stems[rarest]])
        {
            var (paper, field, text, words) = texts[number];
            var first = position - rarest;
            if (!MatchesAt(words, first, stems))
            {
                continue;
            }

            var found = text[words[first].Start..words[first + stems.Count - 1].End];
            if (!phrase.IsAbbreviation || found.Count(char.IsUpper) > 1)
            {
                yield return new PhraseHit(paper, field, found);
            }
        }
    }

    private static bool MatchesAt(StemmedWord[] words, int first, IReadOnlyList<string> stems)
    {
        if (first < 0 || first + stems.Count > words.Length)
        {
            return false;
        }

        for (var i = 0; i < stems.Count; i++)
        {
            if (words[first + i].Stem != stems[i])
            {
                return false;
            }
        }

        return true;
    }
}
