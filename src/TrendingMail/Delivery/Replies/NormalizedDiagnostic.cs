using System.Text;

namespace TrendingMail.Delivery.Replies;

/// <summary>
/// Diagnostic text normalized for rule matching: lower case, single spaces, <c>@</c> in place of each address, and the
/// reply and status codes removed and kept separately.
/// </summary>
internal sealed record NormalizedDiagnostic(string Text, string? Status, int? ReplyCode)
{
    /// <summary>Longer texts are truncated.</summary>
    private const int MaximumLength = 4000;

    public static NormalizedDiagnostic Parse(ReadOnlySpan<char> text)
    {
        text = text[..Math.Min(text.Length, MaximumLength)];
        var normalized = new StringBuilder(text.Length);
        string? status = null;
        int? replyCode = null;
        foreach (var range in text.SplitAny(" \t\r\n"))
        {
            var word = text[range];
            if (word.IsEmpty)
            {
                continue;
            }

            word = StripCodes(word, ref status, ref replyCode);
            if (word.IsEmpty)
            {
                continue;
            }

            if (normalized.Length > 0)
            {
                normalized.Append(' ');
            }

            if (word.Contains('@') && word.Length > 1)
            {
                normalized.Append('@');
                continue;
            }

            foreach (var c in word)
            {
                normalized.Append(c == '\u2019' ? '\'' : char.ToLowerInvariant(c));
            }
        }

        return new NormalizedDiagnostic(normalized.ToString(), status, replyCode);
    }

    /// <summary>Removes boilerplate that says nothing about the cause.</summary>
    public NormalizedDiagnostic WithoutNoise() =>
        this with
        {
            Text = ReportPhrases.Noise.Aggregate(
                Text, (text, noise) => text.Replace(noise, "", StringComparison.Ordinal)),
        };

    /// <summary>
    /// Strips the codes from a word: <c>550</c>, <c>550-5.1.1</c>, <c>(#5.1.1)</c>, <c>550-5.7.1:</c>.
    /// </summary>
    private static ReadOnlySpan<char> StripCodes(
        ReadOnlySpan<char> word, scoped ref string? status, scoped ref int? replyCode)
    {
        var trimmed = word.Trim("()[]{}<>#,;:.'\"");
        if (IsReplyCode(trimmed))
        {
            replyCode ??= int.Parse(trimmed[..3], null);
            if (trimmed.Length == 3)
            {
                return [];
            }

            trimmed = trimmed[4..].Trim("()[]<>#,;:'\"");
            if (!IsStatusCode(trimmed))
            {
                return trimmed;
            }
        }

        if (!IsStatusCode(trimmed))
        {
            return word;
        }

        const string Unspecific = ".0.0";
        if (status is null ||
            (status.EndsWith(Unspecific, StringComparison.Ordinal) &&
                !trimmed.EndsWith(Unspecific, StringComparison.Ordinal)))
        {
            status = trimmed.ToString();
        }

        return [];
    }

    private static bool IsReplyCode(ReadOnlySpan<char> word) =>
        word.Length >= 3 && word[0] is '4' or '5' && char.IsAsciiDigit(word[1]) && char.IsAsciiDigit(word[2]) &&
        (word.Length == 3 || word[3] is '-' or ':' or '_');

    /// <summary>Whether a word is an enhanced status code (RFC 3463 section 2): class, subject and detail.</summary>
    public static bool IsStatusCode(ReadOnlySpan<char> word)
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
