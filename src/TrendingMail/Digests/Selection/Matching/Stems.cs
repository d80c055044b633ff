using System.Text;
using TrendingMail.Papers.Search.Words;

namespace TrendingMail.Digests.Selection.Matching;

/// <summary>A word of a text with its stem.</summary>
internal readonly record struct StemmedWord(string Stem, int Start, int End);

/// <summary>Folds and stems words for comparing interests with papers, by the same rules as the search.</summary>
internal static class Stems
{
    private const int BufferSize = 260;

    /// <summary>
    /// Porter's algorithm conflates word families that are unrelated in this field: "general" and "generative",
    /// "universal" and "university", "organ" and "organization". Words with these prefixes are stemmed to the prefix
    /// instead.
    /// </summary>
    private static readonly string[] ProtectedPrefixes = ["general", "universit", "organiz", "organis"];

    public static StemmedWord[] Tokenize(string text)
    {
        var words = new List<StemmedWord>(text.Length / 6);
        for (var position = 0; WordTokenizer.NextWord(text, ref position, out var word);)
        {
            words.Add(CreateWord(text, word));
        }

        return [.. words];
    }

    /// <summary>The words to look for in the words of texts.</summary>
    public static StemmedWord[] TokenizeQuery(string text) =>
        [.. WordTokenizer.Split(text).Select(word => CreateWord(text, word))];

    /// <summary>The key of a phrase: its stems, separated by spaces.</summary>
    public static string Key(string text) => string.Join(' ', Tokenize(text).Select(word => word.Stem));

    private static StemmedWord CreateWord(string text, WordRange word) =>
        new(Stem(text.AsSpan(word.Start, word.End - word.Start)), word.Start, word.End);

    private static string Stem(ReadOnlySpan<char> word)
    {
        Span<byte> buffer = stackalloc byte[BufferSize];
        var length = WordTokenizer.Fold(word, buffer[..^1]);
        foreach (var prefix in ProtectedPrefixes)
        {
            if (length >= prefix.Length && Encoding.ASCII.GetString(buffer[..prefix.Length]) == prefix)
            {
                return prefix;
            }
        }

        var next = length > 2 ? buffer[2] : (byte)0;
        var stem = PorterStemmer.Stem(buffer, length);
        return stem == 2 && NeedsFinalE(buffer, next)
            ? $"{(char)buffer[0]}{(char)buffer[1]}e" : Encoding.UTF8.GetString(buffer[..stem]);
    }

    /// <summary>Whether a two-letter stem would be another word: "one" is not "on", and "using" is not "us".</summary>
    /// <param name="next">The letter that followed the stem.</param>
    private static bool NeedsFinalE(ReadOnlySpan<byte> stem, byte next) =>
        "aeiou"u8.Contains(stem[0]) && !"aeiou"u8.Contains(stem[1]) && next is (byte)'e' or (byte)'i';
}
