namespace TrendingMail.Delivery.Replies.Rules;

/// <summary>Where the terms of a <see cref="Vocabulary"/> occur in a text.</summary>
/// <param name="terms">
/// For each word, the terms that begin there and their numbers of words, the longest first; null for the end of a
/// sentence.
/// </param>
internal sealed class TextTerms((int Term, int Length)[]?[] terms)
{
    public int Count => terms.Length;

    public ReadOnlySpan<(int Term, int Length)> this[int position] => terms[position];

    public bool IsSentenceEnd(int position) => terms[position] is null;
}
