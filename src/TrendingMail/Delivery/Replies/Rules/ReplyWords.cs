using System.Globalization;
using System.Text;

namespace TrendingMail.Delivery.Replies.Rules;

/// <summary>
/// Splits a normalized text into words: without accents, apostrophes and hyphens, so that "doesn't" is <c>doesnt</c>
/// and "block-list" two words. A character of a script without spaces is a word of its own. A network
/// address becomes <c>#</c>, and the end of a sentence <c>.</c>
/// </summary>
internal static class ReplyWords
{
    public const string SentenceEnd = ".";

    public const string NetworkAddress = "#";

    /// <summary>A colon at the beginning, before which a server left out the address.</summary>
    public const string MissingAddress = ":";

    /// <summary>French and Italian articles and prepositions: l'utilisateur, dell'utente.</summary>
    private static readonly string[] Articles = ["l", "d", "dell", "all", "nell", "qu"];

    public static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        text = text.Normalize(NormalizationForm.FormD);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (IsIdeograph(c))
            {
                Flush(words, word);
                words.Add(c.ToString());
            }
            else if (char.IsLetterOrDigit(c) || IsWithinNumber(text, i, word))
            {
                word.Append(c);
            }
            else if (!IsIgnored(c, word))
            {
                Flush(words, word);
                if (c == '@')
                {
                    words.Add("@");
                }
                else if (c == ':' && words.Count < 2 && IsAlone(text, i))
                {
                    words.Add(MissingAddress);
                }
                else if (words.Count > 0 && IsSentenceEnd(c, i + 1 < text.Length ? text[i + 1] : ' '))
                {
                    words.Add(SentenceEnd);
                }
            }
        }

        Flush(words, word);
        return words;
    }

    /// <summary>Accents, and apostrophes except those after an article.</summary>
    private static bool IsIgnored(char c, StringBuilder word) =>
        CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark ||
        (c == '\'' && Array.IndexOf(Articles, word.ToString()) < 0);

    private static bool IsWithinNumber(string text, int i, StringBuilder word) =>
        text[i] == '.' && word.Length > 0 && char.IsAsciiDigit(word[^1]) &&
        i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]);

    private static bool IsAlone(string text, int i) =>
        (i == 0 || text[i - 1] == ' ') && i + 1 < text.Length && text[i + 1] == ' ';

    private static void Flush(List<string> words, StringBuilder word)
    {
        if (word.Length > 0)
        {
            var text = word.ToString();
            words.Add(text.Count(c => c == '.') == 3 ? NetworkAddress : text);
            word.Clear();
        }
    }

    private static bool IsSentenceEnd(char c, char next) =>
        c is '。' or '！' or '；' || (c is '.' or '!' or '?' or ';' && next is ' ' or '\n');

    /// <summary>Han, Hiragana, Katakana and (decomposed) Hangul.</summary>
    private static bool IsIdeograph(char c) =>
        c is (>= '\u1100' and <= '\u11FF') or (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF');
}
