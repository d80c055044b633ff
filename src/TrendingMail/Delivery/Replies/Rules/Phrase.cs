namespace TrendingMail.Delivery.Replies.Rules;

/// <summary>
/// A phrase to find in lower-case text with single spaces. A <c>*</c> between words matches up to <see
/// cref="MaximumGap"/> characters. The search is linear in the length of the text.
/// </summary>
internal readonly struct Phrase(string text)
{
    private const int MaximumGap = 60;

    private readonly string[] parts =
        text.Split('*', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The text before the first <c>*</c>.</summary>
    public string Start => parts[0];

    public bool IsIn(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf(parts[0], StringComparison.Ordinal);
        if (parts.Length == 1)
        {
            return at >= 0;
        }

        while (at >= 0)
        {
            text = text[(at + parts[0].Length)..];
            if (RestMatches(text))
            {
                return true;
            }

            at = text.IndexOf(parts[0], StringComparison.Ordinal);
        }

        return false;
    }

    private bool RestMatches(ReadOnlySpan<char> text)
    {
        foreach (var part in parts.AsSpan(1))
        {
            var window = text[..Math.Min(text.Length, MaximumGap + part.Length)];
            var at = window.IndexOf(part, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            text = text[(at + part.Length)..];
        }

        return true;
    }
}
