using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrendingMail.Templates.Themes;

/// <summary>
/// The look of the mails: the file <c>theme.json</c> in the template folder. Omitted values use the defaults below.
/// </summary>
public sealed record Theme
{
    public const string FileName = "theme.json";

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Light mode.</summary>
    public ColorScheme Light { get; init; } = new();

    /// <summary>Dark mode, in mail clients that support it.</summary>
    public ColorScheme Dark { get; init; } = new()
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

    /// <exception cref="TrendingMailException">
    /// The text is not JSON, or contains an unknown member or an invalid value.
    /// </exception>
    public static Theme Parse(string json)
    {
        Theme theme;
        try
        {
            theme = JsonSerializer.Deserialize<Theme>(json, JsonOptions) ?? new Theme();
        }
        catch (JsonException e)
        {
            throw new TrendingMailException(
                $"Template {FileName}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: " +
                $"{e.Message}", e);
        }

        var errors = theme.Validate().ToArray();
        return errors.Length == 0
            ? theme
            : throw new TrendingMailException($"Template {FileName}: {string.Join("; ", errors)}");
    }

    /// <summary>
    /// The variables for style sheets' <c>var(--name)</c>: <c>ink</c>, <c>dark-ink</c>, <c>font-heading</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Variables() =>
        Light.Variables().Select(c => (c.Name, c.Value))
            .Concat(Dark.Variables().Select(c => (Name: $"dark-{c.Name}", c.Value)))
            .Concat([("font-heading", Fonts.Heading), ("font-text", Fonts.Text)])
            .ToDictionary(v => v.Item1, v => v.Item2);

    private IEnumerable<string> Validate() =>
        Light.Validate("light").Concat(Dark.Validate("dark")).Concat(Fonts.Validate()).Concat(Logo.Validate());
}

/// <summary>Font stacks of installed families; mails load no fonts.</summary>
public sealed record Fonts
{
    public string Heading { get; init; } = "Georgia,serif";

    public string Text { get; init; } = "-apple-system,Segoe UI,Roboto,Arial,sans-serif";

    internal IEnumerable<string> Validate() =>
        new[] { ("heading", Heading), ("text", Text) }
            .Where(font => font.Item2.Length == 0 || font.Item2.IndexOfAny(['"', ';', '<', '{', '}', '\n']) >= 0)
            .Select(font => $"fonts.{font.Item1} '{font.Item2}' is not a list of font families such as " +
                "\"Georgia,serif\" without double quotes");
}

/// <summary>The logo before the name at the top. Mails must read well with images blocked.</summary>
public sealed record Logo
{
    /// <summary>A character, shown if there is no image.</summary>
    public string Mark { get; init; } = "▲";

    /// <summary>The https URL of an image shown instead of the mark; empty for none.</summary>
    public string Image { get; init; } = "";

    /// <summary>Width in pixels.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Height in pixels.</summary>
    public int Height { get; init; } = 32;

    internal IEnumerable<string> Validate()
    {
        if (Image.Length > 0 && TemplateModel.SafeUrl(Image) is null)
        {
            yield return $"logo.image '{Image}' is not an https URL";
        }

        if (Width is < 1 or > 600 || Height is < 1 or > 200)
        {
            yield return $"logo.width must be 1 to 600 and logo.height 1 to 200, not {Width} and {Height}";
        }
    }
}
