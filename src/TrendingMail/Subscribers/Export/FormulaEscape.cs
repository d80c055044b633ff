using System.Buffers;

namespace TrendingMail.Subscribers.Export;

/// <summary>
/// Marks texts in a CSV file that a spreadsheet would run as a formula, such as the address <c>=1+1@example.org</c>,
/// with a leading apostrophe, which spreadsheets read as "this is text". A text that begins with an apostrophe gets one
/// more, so that the mark can be removed again.
/// </summary>
internal static class FormulaEscape
{
    private const char Mark = '\'';

    private static readonly SearchValues<char> Marked = SearchValues.Create("=+-@\t\r\n'");

    public static string? Escape(string? text) =>
        text is [var first, ..] && Marked.Contains(first) ? $"{Mark}{text}" : text;

    public static string Unescape(string text) =>
        text is [Mark, var second, ..] && Marked.Contains(second) ? text[1..] : text;
}
