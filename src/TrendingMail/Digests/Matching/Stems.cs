using System.Text;
using TrendingMail.Papers.Search;

namespace TrendingMail.Digests.Matching;

/// <summary>A word of a text by its stem.</summary>
internal readonly record struct StemmedWord(string Stem, int Start, int End);

/// <summary>Words as interests and papers are compared by: folded and stemmed by the rules of the search.</summary>
internal static class Stems
{
    private const int Room = 260;

    /// <summary>
    /// Where Porter's rules cut two families of words down to the same stem that are far apart in this field: "general" and
    /// "generative", "universal" and "university", "organ" and "organization". Words that begin so keep this much.
    /// </summary>
    private static readonly string[] Apart = ["general", "universit", "organiz", "organis"];

    public static StemmedWord[] In(string text)
    {
        var words = new List<StemmedWord>(text.Length / 6);
        for (var position = 0; Words.Next(text, ref position, out var start);)
        {
            words.Add(new StemmedWord(Of(text.AsSpan(start, position - start)), start, position));
        }

        return [.. words];
    }

    /// <summary>What a phrase is told by: its stems, one space between them.</summary>
    public static string Key(string text) => string.Join(' ', In(text).Select(word => word.Stem));

    private static string Of(ReadOnlySpan<char> word)
    {
        Span<byte> room = stackalloc byte[Room];
        var length = Words.Fold(word, room[..^1]);
        foreach (var beginning in Apart)
        {
            if (length >= beginning.Length && Encoding.ASCII.GetString(room[..beginning.Length]) == beginning)
            {
                return beginning;
            }
        }

        var next = length > 2 ? room[2] : (byte)0;
        var stem = PorterStemmer.Stem(room, length);
        return stem == 2 && LosesItsVowel(room, next) ? $"{(char)room[0]}{(char)room[1]}e" : Encoding.UTF8.GetString(room[..stem]);
    }

    /// <summary>Whether the stem is one of the short ones that become another word: "one" is not "on", and "using" not "us".</summary>
    /// <param name="next">The letter that stood behind the stem.</param>
    private static bool LosesItsVowel(ReadOnlySpan<byte> stem, byte next) =>
        "aeiou"u8.Contains(stem[0]) && !"aeiou"u8.Contains(stem[1]) && next is (byte)'e' or (byte)'i';
}
