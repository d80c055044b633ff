using System.Globalization;
using System.Text.RegularExpressions;

namespace TrendingMail.Rendering.Styling;

/// <summary>The colours of a theme by day or by night, each as <c>#rrggbb</c>.</summary>
public sealed partial record Colours
{
    /// <summary>What text needs to be read by most people: WCAG 2.2, success criterion 1.4.3.</summary>
    public const double LeastContrast = 4.5;

    /// <summary>Around the sheet.</summary>
    public string Page { get; init; } = "#eef1ef";

    /// <summary>Under all text.</summary>
    public string Sheet { get; init; } = "#ffffff";

    /// <summary>Headings and heavy rules.</summary>
    public string Ink { get; init; } = "#171a18";

    public string Text { get; init; } = "#2f3532";

    /// <summary>Names, numbers, small print.</summary>
    public string Quiet { get; init; } = "#59615d";

    /// <summary>Links and buttons.</summary>
    public string Accent { get; init; } = "#0b6b4f";

    /// <summary>Text on a button.</summary>
    public string OnAccent { get; init; } = "#ffffff";

    /// <summary>Thin lines between papers.</summary>
    public string Line { get; init; } = "#d7dcd9";

    /// <summary>The contrast of two colours, 1 to 21, as WCAG 2.2 defines it.</summary>
    public static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    internal IEnumerable<(string Name, string Value)> Named() =>
    [
        ("page", Page), ("sheet", Sheet), ("ink", Ink), ("text", Text), ("quiet", Quiet), ("accent", Accent),
        ("on-accent", OnAccent), ("line", Line),
    ];

    internal IEnumerable<string> Faults(string scheme)
    {
        var malformed = Named().Where(c => !Form().IsMatch(c.Value)).ToArray();
        return malformed.Length > 0
            ? malformed.Select(c => $"{scheme}.{c.Name} '{c.Value}' is no colour such as #0b6b4f")
            : Pairs()
                .Select(pair => (pair.Text, pair.Ground, Ratio: Contrast(pair.Text.Value, pair.Ground.Value)))
                .Where(pair => pair.Ratio < LeastContrast)
                .Select(pair => string.Create(CultureInfo.InvariantCulture,
                    $"{scheme}.{pair.Text.Name} {pair.Text.Value} on {pair.Ground.Name} {pair.Ground.Value} has a contrast " +
                    $"of {pair.Ratio:0.00}; {LeastContrast} is needed to read it"));
    }

    /// <summary>Each colour in which text is written, with what it is written on.</summary>
    private IEnumerable<((string Name, string Value) Text, (string Name, string Value) Ground)> Pairs()
    {
        foreach (var text in Named().Where(c => c.Name is "ink" or "text" or "quiet" or "accent"))
        {
            yield return (text, ("sheet", Sheet));
        }

        yield return (("on-accent", OnAccent), ("accent", Accent));
    }

    private static double Luminance(string colour)
    {
        static double Linear(string colour, int at)
        {
            var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Linear(colour, 1)) + (0.7152 * Linear(colour, 3)) + (0.0722 * Linear(colour, 5));
    }

    [GeneratedRegex("^#[0-9a-fA-F]{6}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
