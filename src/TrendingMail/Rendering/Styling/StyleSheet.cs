using System.Text;
using System.Text.RegularExpressions;

namespace TrendingMail.Rendering.Styling;

/// <summary>
/// The mails' style sheet, read for two uses. Rules for an element, a class, or an element of a class are written into
/// the tags, because some mail programs drop style sheets; what cannot stand in a tag (media queries, other selectors)
/// remains for the head.
/// </summary>
public sealed partial class StyleSheet
{
    private readonly List<Rule> rules = [];

    private readonly HashSet<string> headClasses = [];

    private StyleSheet(string head) => Head = head;

    public static StyleSheet Empty { get; } = new("");

    /// <summary>
    /// The <c>style</c> elements of the head: one for each at-rule and one for each run of other rules, because some mail
    /// programs drop an element whole for a rule that they do not know.
    /// </summary>
    public string Head { get; }

    /// <param name="file">Named in faults.</param>
    /// <param name="variables">What <c>var(--name)</c> stands for.</param>
    /// <exception cref="TrendingMailException">It cannot be read; the message has file, line and column.</exception>
    public static StyleSheet Parse(string file, string css, IReadOnlyDictionary<string, string> variables)
    {
        // Comments become spaces, so that places stay what they are.
        var text = Comment().Replace(css, comment => Blank().Replace(comment.Value, " "));
        text = Variable().Replace(text, match => variables.TryGetValue(match.Groups["name"].Value, out var value)
            ? value
            : throw Fault(file, css, match.Index, $"the theme has no '{match.Groups["name"].Value}'"));
        var head = new List<(bool IsAtRule, string Text)>();
        var rules = new List<Rule>();
        for (var at = 0; ;)
        {
            var open = text.IndexOf('{', at);
            if (open < 0)
            {
                return text.AsSpan(at).Trim().IsEmpty
                    ? Of(Elements(head), rules)
                    : throw Fault(file, text, at + (text[at..].Length - text[at..].TrimStart().Length), "a rule has no '{'");
            }

            var close = Close(text, open);
            if (close < 0)
            {
                throw Fault(file, text, open, "this '{' is never closed");
            }

            Read(text[at..open].Trim(), text[(open + 1)..close], rules, head);
            at = close + 1;
        }
    }

    /// <summary>The declarations that an element gets, as they stand in its <c>style</c>; empty for none.</summary>
    public string Declarations(string element, IReadOnlyCollection<string> classes, string own)
    {
        var style = new List<(string Name, string Value)>();
        foreach (var rule in rules.Where(rule => rule.Matches(element, classes)))
        {
            Add(style, rule.Declarations);
        }

        Add(style, Split(own));
        return string.Join(';', style.Select(declaration => $"{declaration.Name}:{declaration.Value}"));
    }

    /// <summary>Whether the head's rules know a class; others need not be in the mail.</summary>
    public bool KeepsClass(string name) => headClasses.Contains(name);

    private static StyleSheet Of(string head, List<Rule> rules)
    {
        var sheet = new StyleSheet(head);
        sheet.rules.AddRange(rules.OrderBy(rule => rule.Weight));
        sheet.headClasses.UnionWith(ClassName().Matches(head).Select(match => match.Groups["name"].Value));
        return sheet;
    }

    private static void Read(string selectors, string body, List<Rule> rules, List<(bool IsAtRule, string Text)> head)
    {
        var others = selectors;
        if (!selectors.StartsWith('@'))
        {
            var lookup = selectors.Split(',', StringSplitOptions.TrimEntries).ToLookup(s => Simple().IsMatch(s));
            var declarations = Split(body);
            rules.AddRange(lookup[true].Select(selector => Rule.Of(Simple().Match(selector), declarations)));
            others = string.Join(',', lookup[false]);
        }

        if (others.Length > 0)
        {
            head.Add((selectors.StartsWith('@'), Tight($"{others}{{{body}}}")));
        }
    }

    private static string Elements(List<(bool IsAtRule, string Text)> head)
    {
        var elements = new StringBuilder();
        for (var i = 0; i < head.Count; i++)
        {
            var begins = i == 0 || head[i].IsAtRule || head[i - 1].IsAtRule;
            var ends = i == head.Count - 1 || head[i].IsAtRule || head[i + 1].IsAtRule;
            elements.Append(begins ? "<style>\n" : "").Append(head[i].Text).Append('\n').Append(ends ? "</style>\n" : "");
        }

        return elements.ToString();
    }

    /// <summary>Without the spaces that only people need, and Outlook: it wants one before "!important".</summary>
    private static string Tight(string css) => Loose().Replace(Spaces().Replace(css, " "), match =>
        match.Groups["sign"].Value);

    private static int Close(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static IReadOnlyList<(string Name, string Value)> Split(string declarations) =>
        [.. declarations.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(declaration => declaration.Replace('"', '\'').Split(':', 2, StringSplitOptions.TrimEntries))
            .Select(parts => (parts[0], parts.Length > 1 ? parts[1] : ""))];

    /// <summary>A property that is said again moves to the end, where it wins over a shorthand between.</summary>
    private static void Add(List<(string Name, string Value)> style, IEnumerable<(string Name, string Value)> more)
    {
        foreach (var declaration in more)
        {
            style.RemoveAll(earlier => earlier.Name == declaration.Name);
            style.Add(declaration);
        }
    }

    private static TrendingMailException Fault(string file, string text, int offset, string fault)
    {
        var (line, column) = TextPlace.Of(text, offset);
        return new TrendingMailException($"Template {file}, line {line}, column {column}: {fault}");
    }

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"[^\n]")]
    private static partial Regex Blank();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@" ?(?<sign>[{};,]) ?|(?<sign>:) ")]
    private static partial Regex Loose();

    [GeneratedRegex(@"var\(--(?<name>[\w-]+)\)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(?<element>[a-zA-Z][a-zA-Z0-9]*)?(?:\.(?<class>[\w-]+))?\z(?<!^)")]
    private static partial Regex Simple();

    [GeneratedRegex(@"\.(?<name>[a-zA-Z][\w-]*)(?=[^{}]*\{)")]
    private static partial Regex ClassName();

    private sealed record Rule(
        string? Element, string? Class, IReadOnlyList<(string Name, string Value)> Declarations)
    {
        /// <summary>Later rules win over earlier ones of the same weight (CSS Cascade 4, 6.1).</summary>
        public int Weight => (Class is null ? 0 : 2) + (Element is null ? 0 : 1);

        public static Rule Of(Match selector, IReadOnlyList<(string Name, string Value)> declarations) => new(
            selector.Groups["element"] is { Success: true } element ? element.Value : null,
            selector.Groups["class"] is { Success: true } name ? name.Value : null,
            declarations);

        public bool Matches(string element, IReadOnlyCollection<string> classes) =>
            (Element is null || Element.Equals(element, StringComparison.OrdinalIgnoreCase)) &&
            (Class is null || classes.Contains(Class));
    }
}
