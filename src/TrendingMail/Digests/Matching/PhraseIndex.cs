using System.Runtime.InteropServices;

namespace TrendingMail.Digests.Matching;

/// <summary>A phrase in a paper.</summary>
/// <param name="Words">As the paper spells it.</param>
internal readonly record struct PhraseHit(int Paper, MatchField Field, string Words);

/// <summary>Texts of papers by the words in them: a phrase is found without reading the texts again.</summary>
internal sealed class PhraseIndex
{
    private readonly List<(int Paper, MatchField Field, string Text, StemmedWord[] Words)> texts = [];
    private readonly Dictionary<string, List<(int Text, int Position)>> places = [];

    public void Add(int paper, MatchField field, string text)
    {
        var words = Stems.In(text);
        for (var i = 0; i < words.Length; i++)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(places, words[i].Stem, out _);
            (known ??= []).Add((texts.Count, i));
        }

        texts.Add((paper, field, text, words));
    }

    /// <summary>Every place of a phrase, in the order in which the texts were added.</summary>
    public IEnumerable<PhraseHit> Find(Phrase phrase)
    {
        var stems = phrase.Stems;
        var rarest = 0;
        for (var i = 0; i < stems.Count; i++)
        {
            if (!places.TryGetValue(stems[i], out var here))
            {
                yield break;
            }

            rarest = here.Count < places[stems[rarest]].Count ? i : rarest;
        }

        foreach (var (number, position) in places[stems[rarest]])
        {
            var (paper, field, text, words) = texts[number];
            var first = position - rarest;
            if (!StandsAt(words, first, stems))
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

    private static bool StandsAt(StemmedWord[] words, int first, IReadOnlyList<string> stems)
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
