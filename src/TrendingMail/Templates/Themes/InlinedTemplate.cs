using System.Text;
using System.Text.RegularExpressions;

namespace TrendingMail.Templates.Themes;

/// <summary>
/// A template's source with its styles inlined into the tags. Inlining happens once, when templates are loaded, not for
/// each variant or subscriber.
/// </summary>
public sealed partial class InlinedTemplate
{
    private readonly List<(int At, int Length, string By)> edits = [];

    private InlinedTemplate(string original) => Text = original;

    public string Text { get; private set; }

    /// <param name="source">HTML with Scriban code. A computed class attribute is left unchanged.</param>
    public static InlinedTemplate Inline(string source, StyleSheet sheet)
    {
        var inlined = new InlinedTemplate(source);
        foreach (Match tag in Tag().Matches(source))
        {
            if (tag.Groups["element"].Success)
            {
                inlined.InlineTag(tag, sheet);
            }
        }

        inlined.Apply();
        return inlined;
    }

    /// <summary>Maps an offset in <see cref="Text"/> back to the original source.</summary>
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

    private void InlineTag(Match tag, StyleSheet sheet)
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
        var declarations = sheet.InlineStyle(tag.Groups["element"].Value, names, style.Value ?? "");
        var keptClasses = string.Join(' ', names.Where(sheet.UsesClassInHead));
        var replacement = (keptClasses.Length > 0 ? $" class=\"{keptClasses}\"" : "") +
            (declarations.Length > 0 ? $" style=\"{declarations}\"" : "");

        // Replace the first of the two attributes and remove the other.
        var name = tag.Groups["element"];
        edits.AddRange(attributes
            .Where(attribute => attribute.Name is "class" or "style")
            .Select(attribute => (attribute.At, attribute.Length))
            .DefaultIfEmpty((At: name.Index + name.Length, Length: 0))
            .Select((place, i) => (place.At, place.Length, i == 0 ? replacement : "")));
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

    /// <summary>Skips comments, which hold Outlook's conditional markup, and Scriban code.</summary>
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
