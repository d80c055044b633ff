using System.Text.RegularExpressions;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Languages;

namespace TrendingMail.Tests.Rendering.Languages;

public sealed partial class LanguageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static Templates Shipped => new(Repository.Templates);

    public static TheoryData<string> Tags => [.. Shipped.Languages.Select(language => language.Tag)];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void EnglishAndGermanComeWithTheProgram() =>
        Assert.Equal(["de", "en"], Shipped.Languages.Select(language => language.Tag).Order());

    [Theory]
    [MemberData(nameof(Tags))]
    public void EveryMessageOfOneLanguageIsInTheOthers(string tag)
    {
        foreach (var other in Shipped.Languages)
        {
            Assert.Equal(other.Keys.Order(), Shipped.Language(tag).Keys.Order());
        }
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void AMessageWantsTheSameValuesInEveryLanguage(string tag)
    {
        foreach (var key in Shipped.Language(tag).Keys)
        {
            Assert.Equal(Wanted("en", key), Wanted(tag, key));
        }
    }

    [Fact]
    public void EveryMessageIsUsedAndEveryOneUsedIsThere()
    {
        var keys = Shipped.Language("en").Keys.ToHashSet();
        var templates = Texts(Repository.Templates, ".html", ".txt", ".subject");
        var program = Texts(Path.Combine(Repository.Root, "src"), ".cs");

        string[] unused = [.. keys.Where(key => !templates.Contains($"'{key}'", StringComparison.Ordinal) &&
            !program.Contains($"\"{key}\"", StringComparison.Ordinal) && !Built.Contains(key))];
        string[] missing = [.. Used().Matches(templates).Select(match => match.Groups["key"].Value).Except(keys)];
        Assert.Empty(unused);
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("de", "1.234 Kommentare")]
    [InlineData("en", "1,234 comments")]
    [InlineData("de-AT", "1.234 Kommentare")]
    [InlineData("DE", "1.234 Kommentare")]
    [InlineData("tlh", "1,234 comments")]
    [InlineData(null, "1,234 comments")]
    public void AReaderIsSpokenToInTheChosenLanguageOrInEnglish(string? tag, string text) =>
        Assert.Equal(text, Shipped.Language(tag).Text("digest.comments", ("count", 1234)));

    [Fact]
    public void DaysAreWrittenAsTheLanguageWritesThem()
    {
        var day = new DateOnly(2026, 3, 2);

        Assert.Equal("Monday, 2 March 2026", Shipped.Language("en").Day(day));
        Assert.Equal("Montag, 2. März 2026", Shipped.Language("de").Day(day));
    }

    [Theory]
    [InlineData(1, "Saturday")]
    [InlineData(2, "Saturday and Sunday")]
    [InlineData(3, "Saturday, Sunday and Monday")]
    public void AListReadsAsOneWouldSayIt(int items, string text) =>
        Assert.Equal(text, Shipped.Language("en").List([.. new[] { "Saturday", "Sunday", "Monday" }.Take(items)]));

    [Fact]
    public void WhatALanguageLacksIsSaidInEnglish()
    {
        folder.Write("languages/en.json", """{"name": "English", "culture": "en-US", "messages": {"a": {"b": "ab", "c": "ac"}}}""");
        folder.Write("languages/nl.json", """{"name": "Nederlands", "culture": "nl-NL", "messages": {"a": {"b": "eb"}}}""");
        var dutch = new Templates(folder.Path).Language("nl");

        Assert.Equal("eb ac", $"{dutch.Text("a.b")} {dutch.Text("a.c")}");
    }

    [Theory]
    [InlineData("{{ t 'nix' }}", "Template page.txt, line 1, column 4: there is no message 'nix'")]
    [InlineData("x\n{{ t 'greet' }}", "Template page.txt, line 2, column 4: message 'greet' of languages/en.json wants {name}")]
    public void AMessageThatCannotBeWrittenIsAFaultOfItsPlace(string template, string fault)
    {
        folder.Write("languages/en.json", """{"name": "English", "culture": "en-US", "messages": {"greet": "Hello {name}"}}""");
        folder.Write("page.txt", template);

        Assert.StartsWith(fault, Assert.Throws<TrendingMailException>(
            () => new Templates(folder.Path).Render("page.txt", Model.Of())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("""{"name": "X", "culture": "en-US"}""", "needs the texts 'name' and 'culture'")]
    [InlineData("""{"name": "X", "culture": "nowhere", "messages": {}}""", "needs the texts 'name' and 'culture'")]
    [InlineData("""{"name": "X", "culture": "en-US", "messages": {"a": 1}}""", "'a' is no text and no object of texts")]
    public void ALanguageThatCannotBeReadIsRefusedByItsName(string json, string fault)
    {
        folder.Write("languages/xx.json", json);

        var message = Assert.Throws<TrendingMailException>(() => new Templates(folder.Path)).Message;

        Assert.StartsWith("Template languages/xx.json", message, StringComparison.Ordinal);
        Assert.Contains(fault, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "other one other other other")]
    [InlineData("fr", "one one other other other")]
    [InlineData("pl", "many one few many few")]
    [InlineData("ru", "many one few many few")]
    [InlineData("cs", "other one few other other")]
    [InlineData("ja", "other other other other other")]
    public void TheFormGoesWithTheNumber(string language, string forms) => Assert.Equal(
        forms, string.Join(' ', new long[] { 0, 1, 2, 5, 22 }.Select(n => PluralRule.Of(language, n))));

    /// <summary>Keys that the program puts together of two words.</summary>
    private static readonly string[] Built =
    [
        "digest.all", "digest.some", "digest.all_weekly", "digest.some_weekly",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Templates, "mail"), "*.subject")
            .Select(file => $"{Path.GetFileNameWithoutExtension(file)}.preheader"),
    ];

    private static string Texts(string folder, params string[] extensions) => string.Join('\n',
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => extensions.Contains(Path.GetExtension(file)))
            .Select(File.ReadAllText));

    private static string[] Wanted(string tag, string key)
    {
        var json = File.ReadAllText(Path.Combine(Repository.Templates, "languages", $"{tag}.json"));
        var message = LanguageFile.Parse(tag, json).Messages[key];
        return [.. message.Forms.Values.SelectMany(form => Placeholder().Matches(form).Select(m => m.Value)).Distinct().Order()];
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\bt '(?<key>[\w.]+)'")]
    private static partial Regex Used();
}
