using System.Text;
using TrendingMail.Inbound.Rules;

namespace TrendingMail.Inbound.Reports;

/// <summary>
/// A server's words made ready for the rules: lower case, single spaces, <c>@</c> for each address, without the codes,
/// which are kept apart.
/// </summary>
internal sealed record ServerWords(string Text, string? Status, int? Reply)
{
    /// <summary>What is looked at of longer texts.</summary>
    private const int MaximumLength = 4000;

    public static ServerWords Of(ReadOnlySpan<char> text)
    {
        text = text[..Math.Min(text.Length, MaximumLength)];
        var words = new StringBuilder(text.Length);
        string? status = null;
        int? reply = null;
        foreach (var range in text.SplitAny(" \t\r\n"))
        {
            var word = text[range];
            if (word.IsEmpty)
            {
                continue;
            }

            word = Codes(word, ref status, ref reply);
            if (word.IsEmpty)
            {
                continue;
            }

            if (words.Length > 0)
            {
                words.Append(' ');
            }

            if (word.Contains('@') && word.Length > 1)
            {
                words.Append('@');
                continue;
            }

            foreach (var c in word)
            {
                words.Append(c == '\u2019' ? '\'' : char.ToLowerInvariant(c));
            }
        }

        return new ServerWords(words.ToString(), status, reply);
    }

    /// <summary>Leaves out what servers say whatever the cause.</summary>
    public ServerWords WithoutNoise() =>
        this with
        {
            Text = ReportWords.Noise.Aggregate(
                Text, (text, noise) => text.Replace(noise, "", StringComparison.Ordinal)),
        };

    /// <summary>Takes codes off a word: <c>550</c>, <c>550-5.1.1</c>, <c>(#5.1.1)</c>, <c>550-5.7.1:</c>.</summary>
    private static ReadOnlySpan<char> Codes(ReadOnlySpan<char> word, scoped ref string? status, scoped ref int? reply)
    {
        var bare = word.Trim("()[]{}<>#,;:.'\"");
        if (IsReply(bare))
        {
            reply ??= int.Parse(bare[..3], null);
            if (bare.Length == 3)
            {
                return [];
            }

            bare = bare[4..].Trim("()[]<>#,;:'\"");
            if (!IsStatus(bare))
            {
                return bare;
            }
        }

        if (!IsStatus(bare))
        {
            return word;
        }

        const string Vague = ".0.0";
        if (status is null ||
            (status.EndsWith(Vague, StringComparison.Ordinal) && !bare.EndsWith(Vague, StringComparison.Ordinal)))
        {
            status = bare.ToString();
        }

        return [];
    }

    private static bool IsReply(ReadOnlySpan<char> word) =>
        word.Length >= 3 && word[0] is '4' or '5' && char.IsAsciiDigit(word[1]) && char.IsAsciiDigit(word[2]) &&
        (word.Length == 3 || word[3] is '-' or ':' or '_');

    /// <summary>RFC 3463 section 2: class, subject, detail.</summary>
    public static bool IsStatus(ReadOnlySpan<char> word)
    {
        if (word.Length is < 5 or > 9 || word[0] is not ('2' or '4' or '5') || word[1] != '.')
        {
            return false;
        }

        var dot = word[2..].IndexOf('.');
        return dot is >= 1 and <= 3 && IsNumber(word.Slice(2, dot)) && IsNumber(word[(dot + 3)..]);
    }

    private static bool IsNumber(ReadOnlySpan<char> text) =>
        text.Length is >= 1 and <= 3 && text.IndexOfAnyExceptInRange('0', '9') < 0;
}
