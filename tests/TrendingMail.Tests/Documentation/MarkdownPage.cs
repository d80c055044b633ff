using System.Text.RegularExpressions;

namespace TrendingMail.Tests.Documentation;

/// <summary>A fenced code block.</summary>
/// <param name="Line">Line number of the opening fence, starting at 1.</param>
/// <param name="Language">The info string; empty if there is none.</param>
internal sealed record CodeBlock(int Line, string Language, IReadOnlyList<string> Lines);

/// <summary>A page of the documentation in the source tree.</summary>
/// <param name="Path">Path relative to the root of the repository.</param>
/// <param name="Prose">The text without its code blocks.</param>
internal sealed partial record MarkdownPage(string Path, string Text, string Prose, IReadOnlyList<CodeBlock> CodeBlocks)
{
    private const string Fence = "```";

    /// <summary>Targets of links and images.</summary>
    public IEnumerable<string> Links => LinkPattern().Matches(Prose).Select(match => match.Groups["target"].Value);

    /// <summary>The texts in code font.</summary>
    public IEnumerable<string> CodeSpans =>
        CodeSpanPattern().Matches(Prose).Select(match => match.Groups["code"].Value);

    /// <summary>The anchors of the headings, as GitHub derives them.</summary>
    public IEnumerable<string> Anchors => HeadingPattern().Matches(Prose).Select(match =>
        NoAnchorPattern().Replace(match.Groups["heading"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>Reads the pages in the root and in docs/.</summary>
    public static IReadOnlyList<MarkdownPage> ReadAll(string root) =>
    [
        .. Directory.EnumerateFiles(root, "*.md")
            .Concat(Directory.EnumerateFiles(System.IO.Path.Combine(root, "docs"), "*.md"))
            .Order(StringComparer.Ordinal)
            .Select(file =>
                Parse(System.IO.Path.GetRelativePath(root, file).Replace('\\', '/'), File.ReadAllText(file))),
    ];

    public static MarkdownPage Parse(string path, string text)
    {
        var prose = new List<string>();
        var blocks = new List<CodeBlock>();
        (int Line, int Indent, string Language, List<string> Lines)? open = null;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var content = line.TrimStart(' ');
            if (open is { } block)
            {
                if (content == Fence)
                {
                    blocks.Add(new CodeBlock(block.Line, block.Language, block.Lines));
                    open = null;
                }
                else
                {
                    block.Lines.Add(line[Math.Min(block.Indent, line.Length - content.Length)..]);
                }
            }
            else if (content.StartsWith(Fence, StringComparison.Ordinal))
            {
                open = (index + 1, line.Length - content.Length, content[Fence.Length..].Trim(), []);
            }
            else
            {
                prose.Add(line);
            }
        }

        return open is null
            ? new MarkdownPage(path, text, string.Join('\n', prose), blocks)
            : throw new InvalidDataException($"{path}: the code block in line {open.Value.Line} has no end.");
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("`(?<code>[^`\n]+)`")]
    private static partial Regex CodeSpanPattern();

    [GeneratedRegex(@"^#+ +(?<heading>.+)$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"[^\p{L}\p{Nd} _-]")]
    private static partial Regex NoAnchorPattern();
}
