using System.Text;
using System.Text.RegularExpressions;

namespace TrendingMail.Templates.Themes;

/// <summary>
/// The style sheet of the mails. Rules that select an element, a class, or an element with a class are inlined into the
/// tags, because some mail clients drop style sheets; rules that cannot be inlined (media queries, other selectors)
/// stay in the head.
/// </summary>
public sealed partial class StyleSheet
{
    private readonly List<Rule> rules = [];

    private readonly HashSet<string> headClasses = [];

    private StyleSheet(string head) => Head = head;

    public static StyleSheet Empty { get; } = new("");

    /// <summary>
    /// The <c>style</c> elements for the head: one for each at-rule and one for each run of other rules, because some
    /// mail clients drop an entire element that contains an unknown rule.
    /// </summary>
    public string Head { get; }

    /// <param name="file">The file name for error messages.</param>
    /// <param name="variables">The values of <c>var(--name)</c>.</param>
    /// <exception cref="TrendingMailException">
    /// The style sheet is invalid; the message gives file, line and column.
    /// </exception>
    public static StyleSheet Parse(string file, string css, IReadOnlyDictionary<string, string> variables)
    {
        // Comments become spaces, so that positions do not change.
        var text = Comment().Replace(css, comment => NotNewline().Replace(comment.Value, " "));
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
                    ? Create(ToStyleElements(head), rules)
                    : throw Fault(file, text, at + (text[at..].Length - text[at..].TrimStart().Length),
                        "expected '{' after a selector");
            }

            var close = FindClosingBrace(text, open);
            if (close < 0)
            {
                throw Fault(file, text, open, "this '{' is not closed");
            }

            ReadRule(text[at..open].Trim(), text[(open + 1)..close], rules, head);
            at = close + 1;
        }
    }

    /// <summary>The value of an element's <c>style</c> attribute; empty for none.</summary>
    public string InlineStyle(string element, IReadOnlyCollection<string> classes, string existing)
    {
        var style = new List<(string Name, string Value)>();
        foreach (var rule in rules.Where(rule => rule.Matches(element, classes)))
        {
            Merge(style, rule.Declarations);
        }

        Merge(style, ParseDeclarations(existing));
        return string.Join(';', style.Select(declaration => $"{declaration.Name}:{declaration.Value}"));
    }

    /// <summary>Whether a rule in the head uses a class; other classes can be omitted from the mail.</summary>
    public bool UsesClassInHead(string name) => headClasses.Contains(name);

    private static StyleSheet Create(string head, List<Rule> rules)
    {
        var sheet = new StyleSheet(head);
        sheet.rules.AddRange(rules.OrderBy(rule => rule.Specificity));
        sheet.headClasses.UnionWith(ClassName().Matches(head).Select(match => match.Groups["name"].Value));
        return sheet;
    }

    private static void ReadRule(
        string selectors, string body, List<Rule> rules, List<(bool IsAtRule, string Text)> head)
    {
        var others = selectors;
        if (!selectors.StartsWith('@'))
        {
            var lookup = selectors.Split(',', StringSplitOptions.TrimEntries)
                .ToLookup(s => SimpleSelector().IsMatch(s));
            var declarations = ParseDeclarations(body);
            rules.AddRange(
                lookup[true].Select(selector => Rule.FromSelector(SimpleSelector().Match(selector), declarations)));
            others = string.Join(',', lookup[false]);
        }

        if (others.Length > 0)
        {
            head.Add((selectors.StartsWith('@'), Minify($"{others}{{{body}}}")));
        }
    }

    private static string ToStyleElements(List<(bool IsAtRule, string Text)> head)
    {
        var elements = new StringBuilder();
        for (var i = 0; i < head.Count; i++)
        {
            var begins = i == 0 || head[i].IsAtRule || head[i - 1].IsAtRule;
            var ends = i == head.Count - 1 || head[i].IsAtRule || head[i + 1].IsAtRule;
            elements.Append(begins ? "<style>\n" : "").Append(head[i].Text).Append('\n')
                .Append(ends ? "</style>\n" : "");
        }

        return elements.ToString();
    }

    /// <summary>Minifies CSS but keeps the space before "!important", which Outlook requires.</summary>
    private static string Minify(string css) => RemovableSpace().Replace(Spaces().Replace(css, " "), match =>
        match.Groups["sign"].Value);

    private static int FindClosingBrace(string text, int open)
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

    private static IReadOnlyList<(string Name, string Value)> ParseDeclarations(string declarations) =>
        [.. declarations.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(declaration => declaration.Replace('"', '\'').Split(':', 2, StringSplitOptions.TrimEntries))
            .Select(parts => (parts[0], parts.Length > 1 ? parts[1] : ""))];

    /// <summary>A redeclared property moves to the end, where it overrides a shorthand declared in between.</summary>
    private static void Merge(List<(string Name, string Value)> style, IEnumerable<(string Name, string Value)> more)
    {
        foreach (var declaration in more)
        {
            style.RemoveAll(earlier => earlier.Name == declaration.Name);
            style.Add(declaration);
        }
    }

    private static TrendingMailException Fault(string file, string text, int offset, string fault)
    {
        var (line, column) = SourceLocation.FromOffset(text, offset);
        return new TrendingMailException($"Template {file}, line {line}, column {column}: {fault}");
    }

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"[^\n]")]
    private static partial Regex NotNewline();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@" ?(?<sign>[{};,]) ?|(?<sign>:) ")]
    private static partial Regex RemovableSpace();

    [GeneratedRegex(@"var\(--(?<name>[\w-]+)\)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(?<element>[a-zA-Z][a-zA-Z0-9]*)?(?:\.(?<class>[\w-]+))?\z(?<!^)")]
    private static partial Regex SimpleSelector();

    [GeneratedRegex(@"\.(?<name>[a-zA-Z][\w-]*)(?=[^{}]*\{)")]
    private static partial Regex ClassName();

    private sealed record Rule(
        string? Element, string? Class, IReadOnlyList<(string Name, string Value)> Declarations)
    {
        /// <summary>Later rules override earlier ones of the same specificity (CSS Cascade 4, 6.1).</summary>
        public int Specificity => (Class is null ? 0 : 2) + (Element is null ? 0 : 1);

        public static Rule FromSelector(Match selector, IReadOnlyList<(string Name, string Value)> declarations) => new(
            selector.Groups["element"] is { Success: true } element ? element.Value : null,
            selector.Groups["class"] is { Success: true } name ? name.Value : null,
            declarations);

        public bool Matches(string element, IReadOnlyCollection<string> classes) =>
            (Element is null || Element.Equals(element, StringComparison.OrdinalIgnoreCase)) &&
            (Class is null || classes.Contains(Class));
    }
}
