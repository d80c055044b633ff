using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrendingMail.Rendering.Styling;

/// <summary>
/// How mails look: the file <c>theme.json</c> beside the templates. What it leaves out is as the properties say here.
/// </summary>
public sealed record Theme
{
    public const string File = "theme.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>By day.</summary>
    public Colours Light { get; init; } = new();

    /// <summary>By night, in the mail programs that ask for it.</summary>
    public Colours Dark { get; init; } = new()
    {
        Page = "#0e1110",
        Sheet = "#171b19",
        Ink = "#f2f5f3",
        Text = "#d2d8d5",
        Quiet = "#9fa8a3",
        Accent = "#66d3a5",
        OnAccent = "#0b1f17",
        Line = "#343b37",
    };

    public Fonts Fonts { get; init; } = new();

    public Logo Logo { get; init; } = new();

    /// <exception cref="TrendingMailException">It is no JSON, or has a member or a value that a theme cannot have.</exception>
    public static Theme Parse(string json)
    {
        Theme theme;
        try
        {
            theme = JsonSerializer.Deserialize<Theme>(json, Json) ?? new Theme();
        }
        catch (JsonException e)
        {
            throw new TrendingMailException($"Template {File}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: " +
                $"{e.Message}", e);
        }

        var faults = theme.Faults().ToArray();
        return faults.Length == 0
            ? theme
            : throw new TrendingMailException($"Template {File}: {string.Join("; ", faults)}");
    }

    /// <summary>What style sheets know as <c>var(--name)</c>: <c>ink</c>, <c>dark-ink</c>, <c>font-heading</c>.</summary>
    public IReadOnlyDictionary<string, string> Variables() =>
        Light.Named().Select(c => (c.Name, c.Value))
            .Concat(Dark.Named().Select(c => (Name: $"dark-{c.Name}", c.Value)))
            .Concat([("font-heading", Fonts.Heading), ("font-text", Fonts.Text)])
            .ToDictionary(v => v.Item1, v => v.Item2);

    private IEnumerable<string> Faults() =>
        Light.Faults("light").Concat(Dark.Faults("dark")).Concat(Fonts.Faults()).Concat(Logo.Faults());
}

/// <summary>Font stacks of families that readers' machines have; mails load none.</summary>
public sealed record Fonts
{
    public string Heading { get; init; } = "Georgia,serif";

    public string Text { get; init; } = "-apple-system,Segoe UI,Roboto,Arial,sans-serif";

    internal IEnumerable<string> Faults() =>
        new[] { ("heading", Heading), ("text", Text) }
            .Where(font => font.Item2.Length == 0 || font.Item2.IndexOfAny(['"', ';', '<', '{', '}', '\n']) >= 0)
            .Select(font => $"fonts.{font.Item1} '{font.Item2}' is no list of families such as \"Georgia,serif\"; write " +
                "no double quotes in it");
}

/// <summary>What stands before the name at the top. A mail reads well without its picture.</summary>
public sealed record Logo
{
    /// <summary>A character.</summary>
    public string Mark { get; init; } = "▲";

    /// <summary>The https address of a picture that stands instead of the mark; empty for none.</summary>
    public string Image { get; init; } = "";

    /// <summary>Pixels.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Pixels.</summary>
    public int Height { get; init; } = 32;

    internal IEnumerable<string> Faults()
    {
        if (Image.Length > 0 && Model.Link(Image) is null)
        {
            yield return $"logo.image '{Image}' is no https address";
        }

        if (Width is < 1 or > 600 || Height is < 1 or > 200)
        {
            yield return $"logo.width and logo.height are {Width} and {Height}; give 1 to 600 and 1 to 200";
        }
    }
}
