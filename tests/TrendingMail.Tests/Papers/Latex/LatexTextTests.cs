using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TrendingMail.Papers.Latex;

namespace TrendingMail.Tests.Papers.Latex;

public sealed partial class LatexTextTests
{
    [Theory]
    [MemberData(nameof(LatexTextSnippets.Symbols), MemberType = typeof(LatexTextSnippets))]
    public void SymbolsBecomeTheirCharacters(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Scripts), MemberType = typeof(LatexTextSnippets))]
    public void ScriptsAreRaisedAndLoweredWhereUnicodeAllows(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Formulas), MemberType = typeof(LatexTextSnippets))]
    public void FormulasFitOnOneLine(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Styles), MemberType = typeof(LatexTextSnippets))]
    public void StyledTextKeepsItsWords(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Letters), MemberType = typeof(LatexTextSnippets))]
    public void AccentedLettersArePrecomposed(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Typography), MemberType = typeof(LatexTextSnippets))]
    public void QuotesDashesSpacesAndEscapesAreTypeset(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Unknown), MemberType = typeof(LatexTextSnippets))]
    public void UnknownCommandsBecomeTheirNames(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Remnants), MemberType = typeof(LatexTextSnippets))]
    public void RemnantsThatCanOnlyBeLatexAreResolved(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Dollars), MemberType = typeof(LatexTextSnippets))]
    public void DollarSignsDelimitMathUnlessTheyArePrices(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Alignments), MemberType = typeof(LatexTextSnippets))]
    public void AlignmentsKeepNeitherAmpersandsNorColumns(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Braces), MemberType = typeof(LatexTextSnippets))]
    public void BracesOfTexDoNotPrint(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.StrippedMarkup), MemberType = typeof(LatexTextSnippets))]
    public void CommandsWithoutTheirBackslashesAreResolved(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [InlineData("a\u202Eb", "ab")]
    [InlineData("\u2066x\u2069 \u202Dy\u202C", "x y")]
    [InlineData("soft\u00ADhyphen\u200B, \uFEFFmark\u0085s", "softhyphen, mark s")]
    [InlineData("👩\u200D🔬 \u200Fab", "👩\u200D🔬 \u200Fab")]
    public void DirectionOverridesAndHiddenCharactersAreRemoved(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Untouched), MemberType = typeof(LatexTextSnippets))]
    public void ProseCodeAndMoneyAreUnchanged(string source) =>
        Assert.Equal(source, LatexText.ToReadable(source));

    [Theory]
    [MemberData(nameof(LatexTextSnippets.Malformed), MemberType = typeof(LatexTextSnippets))]
    public void MalformedSourcesKeepTheirWords(string source, string expected) =>
        Assert.Equal(expected, LatexText.ToReadable(source));

    [Theory]
    [InlineData("costs $5 and $10")]
    [InlineData("$3M versus $4M a year")]
    [InlineData("$5 for the model where $x_1$ counts")]
    public void DollarAmountsAreNotMath(string source) =>
        Assert.StartsWith(source[..source.IndexOf(' ', StringComparison.Ordinal)], LatexText.ToReadable(source),
            StringComparison.Ordinal);

    [Fact]
    public void EverySupportedSymbolLeavesNoBackslash()
    {
        foreach (string name in LatexText.SupportedCommands.Except(["textbackslash", "backslash"]))
            Assert.DoesNotContain('\\', LatexText.ToReadable($"${{}}\\{name}{{x}}{{y}}$"));
    }

    [Fact]
    public void NoSupportedCommandIsLeftInRealAbstracts()
    {
        List<string> left = [];
        foreach (string source in LatexTextSnippets.AllSources.Concat(RealTexts()))
        {
            string readable = LatexText.ToReadable(source);
            bool isPath = readable.Contains(@":\", StringComparison.Ordinal);
            left.AddRange(RawCommand().Matches(readable)
                .Select(match => match.Groups[1].Value)
                .Where(name => name.Length > 1 && !isPath && LatexText.SupportedCommands.Contains(name))
                .Select(name => $"{name} in: {readable}"));
        }

        Assert.Empty(left);
    }

    [Fact]
    public void ConversionIsIdempotent()
    {
        foreach (string source in LatexTextSnippets.AllSources.Where(s => !s.Contains('\\')).Concat(RealTexts()))
        {
            string once = LatexText.ToReadable(source);
            Assert.Equal(once, LatexText.ToReadable(once));
            Assert.DoesNotContain('\n', once);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomSourcesNeverThrowAndAreStableAfterOneConversion(int seed)
    {
        // Escapes are left out: "\$x\$" rightly becomes "$x$", which in turn is a formula.
        string[] pieces =
        [
            "$", "$", "$$", "{", "}", "{", "}", "[", "]", "(", ")", " ", " ", "\n", "_", "^", "^", "~", "-", "--", "`",
            "``", "'", "''", "\"", "a", "b", "xy", "max", "1", "23", ".", ",", "\\alpha", "\\frac", "\\sqrt", "\\hat",
            @"\textbf", @"\it ", @"\cite", @"\ours", @"\(", @"\)", @"\[", @"\]", @"\\", @"\log", @"\mathbb", @"\'",
            @"\c", @"\left", @"\footnote", @"\url", @"\href", @"\begin", @"\end", "https://a.org/", "times", "😀",
            "\uD83D", "é",
        ];
        var random = new Random(seed);
        for (int round = 0; round < 5_000; round++)
        {
            var source = new StringBuilder();
            for (int length = random.Next(1, 24); length > 0; length--)
                source.Append(pieces[random.Next(pieces.Length)]);

            string once = LatexText.ToReadable(source.ToString());
            string twice = LatexText.ToReadable(once);
            Assert.True(once == twice, $"{source}\n{once}\n{twice}");
            Assert.DoesNotContain(once.EnumerateRunes(), rune => rune.Value < 0x20);
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void RandomCharactersNeverThrow(int seed)
    {
        const string characters = "\\\\\\$${}{}[]()_^~-`'\" abcdxyzOHtv019.,:/&%#\n\u0007\uD800\uDC00é";
        var random = new Random(seed);
        for (int round = 0; round < 5_000; round++)
        {
            var source = new string(random.GetItems<char>(characters, random.Next(0, 60)));
            string readable = LatexText.ToReadable(source);
            Assert.DoesNotContain(readable, char.IsControl);
            Assert.Equal(readable, string.Concat(readable.EnumerateRunes()));
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("$")]
    [InlineData("$$ ")]
    [InlineData("\\(")]
    [InlineData("\\frac")]
    [InlineData("\\hat")]
    [InlineData("$x^")]
    [InlineData("\\textbf{")]
    [InlineData("{\\it ")]
    [InlineData("\\begin{equation}")]
    [InlineData("\\sqrt[")]
    [InlineData("`")]
    [InlineData("` ")]
    [InlineData("'")]
    [InlineData("\"")]
    [InlineData("\"$")]
    [InlineData("\\verb|")]
    [InlineData("C:\\{")]
    [InlineData("https://")]
    [InlineData("1.")]
    [InlineData("\\alpha_")]
    [InlineData("\\begin{equation}x ")]
    [InlineData("\\begin{cases}x ")]
    [InlineData("\\begin{array}{")]
    [InlineData("\\end{cases}")]
    [InlineData("\\item[")]
    [InlineData("$ a")]
    [InlineData("{$")]
    [InlineData("{{a} ")]
    [InlineData("texttt{")]
    [InlineData("a^{")]
    [InlineData("& ")]
    [InlineData("%\n")]
    [InlineData("1{a ")]
    public void AHundredKilobytesOfRepetitionAreHandled(string piece)
    {
        string source = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length));
        string balanced = source + string.Concat(Enumerable.Repeat("}", source.Count(c => c == '{')));

        Assert.InRange(LatexText.ToReadable(source).Length, 0, source.Length);
        Assert.InRange(LatexText.ToReadable(balanced).Length, 0, balanced.Length);
    }

    private static IEnumerable<string> RealTexts()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "TrendingMail.sln")))
            root = root.Parent;

        string? data = root is null ? null : Path.Combine(root.FullName, "..", "shared", "data");
        if (!Directory.Exists(data))
            yield break;

        foreach (string file in Directory.EnumerateFiles(Path.Combine(data, "arxiv"), "*.json"))
        {
            using JsonDocument answer = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (string text in XmlTexts(answer.RootElement.GetProperty("body").GetString()!))
                yield return text;
        }

        string folder = Path.Combine(data, "huggingface");

        foreach (string file in Directory.EnumerateFiles(folder, "*.json"))
        {
            using JsonDocument day = JsonDocument.Parse(File.ReadAllBytes(file));
            if (day.RootElement.ValueKind != JsonValueKind.Array)
                continue;

            foreach (JsonElement entry in day.RootElement.EnumerateArray())
            {
                foreach (string text in Texts(entry))
                    yield return text;
            }
        }
    }

    private static IEnumerable<string> XmlTexts(string atom) => XDocument.Parse(atom).Descendants()
        .Where(element => element.Name.LocalName is "title" or "summary")
        .Select(element => element.Value);

    private static IEnumerable<string> Texts(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
            yield break;

        foreach (string key in new[] { "title", "summary" })
        {
            if (entry.TryGetProperty(key, out JsonElement text) && text.ValueKind == JsonValueKind.String)
                yield return text.GetString()!;
        }

        if (entry.TryGetProperty("paper", out JsonElement paper))
        {
            foreach (string text in Texts(paper))
                yield return text;
        }
    }

    [GeneratedRegex(@"\\([A-Za-z]+)")]
    private static partial Regex RawCommand();
}
