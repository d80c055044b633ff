using System.Text;
using System.Text.RegularExpressions;

namespace TrendingMail.Rendering.Styling;

/// <summary>
/// A template's source with its styles written into the tags. This happens once, when templates are read: neither a
/// variant nor a reader costs a look at the style sheet.
/// </summary>
public sealed partial class StyledSource
{
    private readonly List<(int At, int Length, string By)> edits = [];

    private StyledSource(string original) => Text = original;

    public string Text { get; private set; }

    /// <param name="source">Scriban in HTML. A class attribute that is computed is left alone.</param>
    public static StyledSource Of(string source, StyleSheet sheet)
    {
        var styled = new StyledSource(source);
        foreach (Match tag in Tag().Matches(source))
        {
            if (tag.Groups["element"].Success)
            {
                styled.Style(tag, sheet);
            }
        }

        styled.Apply();
        return styled;
    }

    /// <summary>Where something of <see cref="Text"/> stands in the source as it was written.</summary>
    public int OriginalOffset(int offset)
    {
        var shift = 0;
        foreach (var (at, length, by) in edits)
        {
            if (offset < at + shift)
            {
                break;
            }

            if (offset < at + shift + by.Length)
            {
                return at;
            }

            shift += by.Length - length;
        }

        return offset - shift;
    }

    private void Style(Match tag, StyleSheet sheet)
    {
        var attributes = Attribute().Matches(tag.Groups["attributes"].Value)
            .Select(match => (Name: match.Groups["name"].Value, Value: match.Groups["value"].Value,
                At: tag.Groups["attributes"].Index + match.Index, match.Length))
            .ToArray();
        var classes = attributes.FirstOrDefault(attribute => attribute.Name == "class");
        var style = attributes.FirstOrDefault(attribute => attribute.Name == "style");
        if (classes.Value?.Contains("{{", StringComparison.Ordinal) == true)
        {
            return;
        }

        string[] names = classes.Value?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        var declarations = sheet.Declarations(tag.Groups["element"].Value, names, style.Value ?? "");
        var kept = string.Join(' ', names.Where(sheet.KeepsClass));
        var written = (kept.Length > 0 ? $" class=\"{kept}\"" : "") +
            (declarations.Length > 0 ? $" style=\"{declarations}\"" : "");

        // In the place of the first of both attributes; the other goes.
        var name = tag.Groups["element"];
        edits.AddRange(attributes
            .Where(attribute => attribute.Name is "class" or "style")
            .Select(attribute => (attribute.At, attribute.Length))
            .DefaultIfEmpty((At: name.Index + name.Length, Length: 0))
            .Select((place, i) => (place.At, place.Length, i == 0 ? written : "")));
    }

    private void Apply()
    {
        var text = new StringBuilder();
        var copied = 0;
        foreach (var (at, length, by) in edits)
        {
            text.Append(Text, copied, at - copied).Append(by);
            copied = at + length;
        }

        Text = text.Append(Text, copied, Text.Length - copied).ToString();
    }

    /// <summary>Passes over comments, which hold what only Outlook reads, and over Scriban's code.</summary>
    [GeneratedRegex("""
        <!--.*?-->
        | \{\{.*?\}\}+
        | <(?<element>[a-zA-Z][a-zA-Z0-9]*)
          (?<attributes>(?>\s+[\w:.-]+(?:="(?>\{\{.*?\}\}+|[^"])*")?|\{\{.*?\}\}+)*)
          \s*/?>
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Tag();

    [GeneratedRegex("""
        \{\{.*?\}\}+ | \s+(?<name>[\w:.-]+)(?:="(?<value>(?>\{\{.*?\}\}+|[^"])*)")?
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Attribute();
}
