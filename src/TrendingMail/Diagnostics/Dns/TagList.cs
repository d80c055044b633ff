using System.Text.RegularExpressions;

namespace TrendingMail.Diagnostics.Dns;

/// <summary>A record of tags such as <c>v=DMARC1; p=none</c> (RFC 6376 section 3.2, RFC 9989, RFC 8460).</summary>
internal sealed partial class TagList
{
    private readonly List<(string Name, string Value)> tags = [];

    private TagList(string text) => Text = text;

    public string Text { get; }

    /// <summary>What is wrong with the syntax, with the position in the record.</summary>
    public IReadOnlyList<string> Errors { get; private set; } = [];

    public string? this[string name] => tags.FirstOrDefault(tag => IsNamed(tag, name)).Value;

    public static TagList Parse(string text)
    {
        var list = new TagList(text);
        list.Errors = [.. list.Read()];
        return list;
    }

    /// <summary>The record with a tag set to another value; a new tag is added at the end.</summary>
    public string With(string name, string value) => Format(this[name] is null
        ? tags.Append((name, value))
        : tags.Select(tag => IsNamed(tag, name) ? (tag.Name, value) : tag));

    /// <summary>The record without a tag.</summary>
    public string Without(string name) => Format(tags.Where(tag => !IsNamed(tag, name)));

    private static bool IsNamed((string Name, string Value) tag, string name) =>
        name.Equals(tag.Name, StringComparison.OrdinalIgnoreCase);

    private static string Format(IEnumerable<(string Name, string Value)> tags) =>
        string.Join("; ", tags.Select(tag => $"{tag.Name}={tag.Value}"));

    private IEnumerable<string> Read()
    {
        var position = 1;
        foreach (var part in Text.Split(';'))
        {
            var tag = part.Trim();
            var at = position + (part.Length - part.TrimStart().Length);
            position += part.Length + 1;
            var match = TagPattern().Match(tag);
            if (tag.Length == 0)
            {
                continue;
            }

            if (!match.Success)
            {
                yield return $"position {at}: '{tag}' is not of the form name=value";
                continue;
            }

            var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value);
            if (this[name] is not null)
            {
                yield return $"position {at}: the tag {name} occurs a second time";
                continue;
            }

            tags.Add((name, value.TrimEnd('\\').Trim('"')));
            if (value.AsSpan().ContainsAny('\\', '"'))
            {
                yield return $"position {at}: '{tag}' contains a backslash or a quotation mark, which belongs to the " +
                    "syntax of a zone file and not to the record";
            }
        }
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z][A-Za-z0-9_]*)\s*=\s*(?<value>.*)$", RegexOptions.Singleline)]
    private static partial Regex TagPattern();
}
