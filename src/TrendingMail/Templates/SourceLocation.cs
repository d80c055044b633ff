namespace TrendingMail.Templates;

/// <summary>Positions in a text file as editors count them.</summary>
internal static class SourceLocation
{
    /// <summary>Converts an offset to a line and column, both starting at 1.</summary>
    public static (int Line, int Column) FromOffset(string text, int offset)
    {
        var before = text.AsSpan(0, Math.Clamp(offset, 0, text.Length));
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }
}
