namespace TrendingMail.Delivery.Replies.Rules;

/// <summary>
/// A pattern of <c>reasons.tsv</c>: words, sets of words such as <c>{recipient}</c>, and <c>~</c> for up to four words
/// between. <c>a &amp; b</c> is <c>a ~ b</c> in either order. The words are in one sentence.
/// </summary>
internal sealed class ReplyPattern
{
    private const int MaximumGap = 4;

    private readonly (int Gap, int Term)[] elements;

    private ReplyPattern((int Gap, int Term)[] elements) => this.elements = elements;

    /// <summary>The term with which a match begins.</summary>
    public int FirstTerm => elements[0].Term;

    /// <summary>Parses a pattern; one with <c>&amp;</c> yields two, one for each order.</summary>
    public static IReadOnlyList<ReplyPattern> Parse(string text, Vocabulary vocabulary) =>
        text.Split(" & ") is [var left, var right]
            ? [Create($"{left} ~ {right}", vocabulary), Create($"{right} ~ {left}", vocabulary)]
            : [Create(text, vocabulary)];

    /// <summary>Matches at a position.</summary>
    /// <returns>The positions of the matched words in ascending order; null if there is no match.</returns>
    public int[]? Match(TextTerms text, int position)
    {
        Span<(int Start, int Length)> matched = stackalloc (int, int)[elements.Length];
        if (!Match(text, position, 0, matched))
        {
            return null;
        }

        var positions = new List<int>();
        foreach (var (start, length) in matched)
        {
            positions.AddRange(Enumerable.Range(start, length));
        }

        return [.. positions];
    }

    private static ReplyPattern Create(string text, Vocabulary vocabulary)
    {
        var elements = new List<(int Gap, int Term)>();
        var gap = 0;
        foreach (var part in text.Split(' '))
        {
            if (part == "~")
            {
                gap = MaximumGap;
                continue;
            }

            elements.Add((gap, vocabulary.GetTerm(part)));
            gap = 0;
        }

        return new ReplyPattern([.. elements]);
    }

    private bool Match(TextTerms text, int position, int index, Span<(int Start, int Length)> matched)
    {
        if (index == elements.Length)
        {
            return true;
        }

        var (gap, expected) = elements[index];
        for (var start = position; start <= position + gap && start < text.Count; start++)
        {
            foreach (var (term, length) in text[start])
            {
                matched[index] = (start, length);
                if (term == expected && Match(text, start + length, index + 1, matched))
                {
                    return true;
                }
            }

            if (text.IsSentenceEnd(start))
            {
                return false;
            }
        }

        return false;
    }
}
