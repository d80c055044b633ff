using System.Text.RegularExpressions;

namespace TrendingMail.Tests.Documentation;

/// <summary>Checks what the documentation refers to. System tests run its commands.</summary>
public sealed partial class DocumentationTests
{
    private const int MaximumReadmeWords = 900;

    private static readonly IReadOnlyList<MarkdownPage> Pages = MarkdownPage.ReadAll(Repository.Root);

    [Fact]
    public void EveryLinkLeadsToAFileAndHeadingThatExist() => Assert.Empty(Pages.SelectMany(FindBrokenLinks));

    [Fact]
    public void ABrokenLinkIsFound()
    {
        var page = MarkdownPage.Parse(
            "page.md", "[a](absent.md) [b](README.md#absent) [c](README.md#start) [d](#here)\n# Here");

        Assert.Equal(["page.md: absent.md", "page.md: README.md#absent"], FindBrokenLinks(page));
    }

    [Fact]
    public void EveryPageIsReachedFromTheReadme()
    {
        var reached = new HashSet<string> { "README.md" };
        var pending = new Queue<string>(reached);
        while (pending.TryDequeue(out var path))
        {
            var links = Pages.Single(page => page.Path == path).Links;
            foreach (var target in links.Select(link => Resolve(path, link).Path))
            {
                if (Pages.Any(page => page.Path == target) && reached.Add(target))
                {
                    pending.Enqueue(target);
                }
            }
        }

        Assert.Empty(Pages.Select(page => page.Path).Except(reached));
    }

    [Fact]
    public void EverySettingThatIsNamedExists() => Assert.Empty(Pages.SelectMany(page =>
        FindSettings(page).Where(key => !SettingKeys.Exists(key)).Select(key => $"{page.Path}: {key}")));

    [Theory]
    [InlineData("Mail:Smtp:N:Host", true)]
    [InlineData("Mail:Smtp:0:Host", true)]
    [InlineData("Mail:Smtp", true)]
    [InlineData("Mail:Smtp:Host", false)]
    [InlineData("Mail:Smtp:N:Spare", false)]
    [InlineData("Mail:From:Name", false)]
    public void ASettingThatDoesNotExistIsFound(string key, bool exists) =>
        Assert.Equal(exists, SettingKeys.Exists(key));

    [Fact]
    public void EveryIdentifierInCodeFontOccursInTheSource()
    {
        var known = SourceWords.Read();

        Assert.Empty(
            from page in Pages
            from code in page.CodeSpans
            where IdentifierPattern().IsMatch(code)
            from name in code.Split('.')
            where !known.Contains(name)
            select $"{page.Path}: {name}");
    }

    [Fact]
    public void EveryPageThatTheSourceNamesExists()
    {
        var paths = Pages.Select(page => page.Path).ToHashSet();

        Assert.Empty(SourceWords.Files().SelectMany(file => PagePattern().Matches(File.ReadAllText(file))
            .Select(match => match.Value).Where(path => !paths.Contains(path)).Select(path => $"{file}: {path}")));
    }

    [Fact]
    public void EveryCodeBlockNamesItsLanguage() => Assert.Empty(Pages.SelectMany(page =>
        page.CodeBlocks.Where(block => block.Language.Length == 0).Select(block => $"{page.Path}:{block.Line}")));

    [Fact]
    public void TheReadmeStaysShort()
    {
        var words = Pages.Single(page => page.Path == "README.md").Text
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

        Assert.InRange(words, 1, MaximumReadmeWords - 1);
    }

    private static IEnumerable<string> FindBrokenLinks(MarkdownPage page) =>
        page.Links.Where(link => !Exists(page, link)).Select(link => $"{page.Path}: {link}");

    private static bool Exists(MarkdownPage page, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal))
        {
            return true;
        }

        var (path, anchor) = Resolve(page.Path, link);
        var target = path == page.Path ? page : Pages.FirstOrDefault(other => other.Path == path);
        return anchor.Length == 0
            ? target is not null || Path.Exists(Path.Combine(Repository.Root, path))
            : target?.Anchors.Contains(anchor) == true;
    }

    /// <summary>Splits a link into a path relative to the root of the repository and an anchor.</summary>
    private static (string Path, string Anchor) Resolve(string page, string link)
    {
        var parts = link.Split('#', 2);
        var (target, anchor) = (parts[0], parts.Length == 2 ? parts[1] : "");
        var folder = Path.Combine(Repository.Root, Path.GetDirectoryName(page)!);
        var full = target.Length == 0 ? Path.Combine(Repository.Root, page) : Path.GetFullPath(target, folder);
        return (Path.GetRelativePath(Repository.Root, full).Replace('\\', '/'), anchor);
    }

    private static IEnumerable<string> FindSettings(MarkdownPage page) =>
        page.CodeSpans.Select(code => SettingPattern().Match(code)).Where(match => match.Success)
            .Select(match => match.Groups["key"].Value)
            .Concat(page.CodeBlocks.SelectMany(block => block.Lines).Select(line => ExportPattern().Match(line))
                .Where(match => match.Success)
                .Select(match => match.Groups["key"].Value.Replace("__", ":", StringComparison.Ordinal)));

    /// <summary>A key with at least two parts, perhaps with a value.</summary>
    [GeneratedRegex(@"^(?<key>[A-Z]\w*(:[A-Z0-9]\w*)+)(=.*)?$")]
    private static partial Regex SettingPattern();

    [GeneratedRegex(@"^export (?<key>[A-Z]\w*__\w+)=")]
    private static partial Regex ExportPattern();

    /// <summary>Words joined as in C#, perhaps with a member.</summary>
    [GeneratedRegex(@"^[A-Z][a-z0-9]+([A-Z][a-z0-9]*)+(\.[A-Z]\w*)?$")]
    private static partial Regex IdentifierPattern();

    [GeneratedRegex(@"\bdocs/[a-z-]+\.md\b")]
    private static partial Regex PagePattern();
}
