namespace TrendingMail.Inbound.Rules;

/// <summary>
/// Words to look for in a text of lower case with single spaces. A <c>*</c> between words stands for up to
/// <see cref="Gap"/> characters of anything. Looking takes time in proportion to the text, whatever the text is.
/// </summary>
internal readonly struct Phrase(string text)
{
    private const int Gap = 60;

    private readonly string[] parts =
        text.Split('*', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The words before the first <c>*</c>.</summary>
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
            if (Follows(text))
            {
                return true;
            }

            at = text.IndexOf(parts[0], StringComparison.Ordinal);
        }

        return false;
    }

    private bool Follows(ReadOnlySpan<char> text)
    {
        foreach (var part in parts.AsSpan(1))
        {
            var window = text[..Math.Min(text.Length, Gap + part.Length)];
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
