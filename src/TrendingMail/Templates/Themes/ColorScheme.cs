using System.Globalization;
using System.Text.RegularExpressions;

namespace TrendingMail.Templates.Themes;

/// <summary>A theme's colors in light or dark mode, each as <c>#rrggbb</c>.</summary>
public sealed partial record ColorScheme
{
    /// <summary>The minimum contrast for text by WCAG 2.2, success criterion 1.4.3 (AA).</summary>
    public const double MinimumContrast = 4.5;

    /// <summary>The background around the sheet.</summary>
    public string Page { get; init; } = "#eef1ef";

    /// <summary>The background of all text.</summary>
    public string Sheet { get; init; } = "#ffffff";

    /// <summary>Headings and heavy rules.</summary>
    public string Ink { get; init; } = "#171a18";

    public string Text { get; init; } = "#2f3532";

    /// <summary>Secondary text: names, numbers, small print.</summary>
    public string Quiet { get; init; } = "#59615d";

    /// <summary>Links and buttons.</summary>
    public string Accent { get; init; } = "#0b6b4f";

    /// <summary>Text on a button.</summary>
    public string OnAccent { get; init; } = "#ffffff";

    /// <summary>Thin lines between papers.</summary>
    public string Line { get; init; } = "#d7dcd9";

    /// <summary>The contrast ratio of two colors, 1 to 21, as defined by WCAG 2.2.</summary>
    public static double ContrastRatio(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    internal IEnumerable<(string Name, string Value)> Variables() =>
    [
        ("page", Page), ("sheet", Sheet), ("ink", Ink), ("text", Text), ("quiet", Quiet), ("accent", Accent),
        ("on-accent", OnAccent), ("line", Line),
    ];

    internal IEnumerable<string> Validate(string schemeName)
    {
        var malformed = Variables().Where(c => !HexColor().IsMatch(c.Value)).ToArray();
        return malformed.Length > 0
            ? malformed.Select(c => $"{schemeName}.{c.Name} '{c.Value}' is not a color such as #0b6b4f")
            : ContrastPairs()
                .Select(pair => (pair.Text, pair.Ground, Ratio: ContrastRatio(pair.Text.Value, pair.Ground.Value)))
                .Where(pair => pair.Ratio < MinimumContrast)
                .Select(pair => string.Create(CultureInfo.InvariantCulture,
                    $"{schemeName}.{pair.Text.Name} {pair.Text.Value} on " +
                        $"{pair.Ground.Name} {pair.Ground.Value} has a " +
                    $"contrast ratio of {pair.Ratio:0.00}; legible text needs {MinimumContrast}"));
    }

    /// <summary>Each text color with its background.</summary>
    private IEnumerable<((string Name, string Value) Text, (string Name, string Value) Ground)> ContrastPairs()
    {
        foreach (var text in Variables().Where(c => c.Name is "ink" or "text" or "quiet" or "accent"))
        {
            yield return (text, ("sheet", Sheet));
        }

        yield return (("on-accent", OnAccent), ("accent", Accent));
    }

    private static double Luminance(string color)
    {
        static double Linear(string color, int at)
        {
            var value = int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Linear(color, 1)) + (0.7152 * Linear(color, 3)) + (0.0722 * Linear(color, 5));
    }

    [GeneratedRegex("^#[0-9a-fA-F]{6}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex HexColor();
}
