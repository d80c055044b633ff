namespace TrendingMail.Rendering;

/// <summary>Where in a file something stands, as editors count.</summary>
internal static class TextPlace
{
    /// <summary>Line and column, both from 1.</summary>
    public static (int Line, int Column) Of(string text, int offset)
    {
        var before = text.AsSpan(0, Math.Clamp(offset, 0, text.Length));
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }
}
