using System.Text.RegularExpressions;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Tests.Templates.Localization;

public sealed partial class LanguageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static TemplateLibrary Included => new(Repository.Templates);

    public static TheoryData<string> Tags => [.. Included.Languages.Select(language => language.Tag)];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void EnglishAndGermanAreIncluded() =>
        Assert.Equal(["de", "en"], Included.Languages.Select(language => language.Tag).Order());

    [Theory]
    [MemberData(nameof(Tags))]
    public void EveryLanguageHasTheSameMessages(string tag)
    {
        foreach (var other in Included.Languages)
        {
            Assert.Equal(other.Keys.Order(), Included.FindLanguage(tag).Keys.Order());
        }
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void AMessageHasTheSamePlaceholdersInEveryLanguage(string tag)
    {
        foreach (var key in Included.FindLanguage(tag).Keys)
        {
            Assert.Equal(PlaceholdersIn("en", key), PlaceholdersIn(tag, key));
        }
    }

    [Fact]
    public void EveryMessageIsUsedAndEveryUsedMessageExists()
    {
        var keys = Included.FindLanguage("en").Keys.ToHashSet();
        var templates = ReadAllFiles(Repository.Templates, ".html", ".txt", ".subject");
        var program = ReadAllFiles(Path.Combine(Repository.Root, "src"), ".cs");

        string[] unused = [.. keys.Where(key => !templates.Contains($"'{key}'", StringComparison.Ordinal) &&
            !program.Contains($"\"{key}\"", StringComparison.Ordinal) && !ComposedKeys.Contains(key))];
        string[] missing = [.. UsedKey().Matches(templates).Select(match => match.Groups["key"].Value).Except(keys)];
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
    public void TheChosenLanguageIsUsedWithEnglishAsFallback(string? tag, string text) =>
        Assert.Equal(text, Included.FindLanguage(tag).Text("digest.comments", ("count", 1234)));

    [Theory]
    [InlineData("de", 48, "48 Stunden")]
    [InlineData("de", 720, "30 Tage")]
    [InlineData("en", 1, "1 hour")]
    [InlineData("en", 720, "30 days")]
    public void ALengthOfTimeHasTheUnitThatPeopleUse(string tag, int hours, string text) =>
        Assert.Equal(text, Included.FindLanguage(tag).FormatDuration(TimeSpan.FromHours(hours)));

    [Fact]
    public void GermanMessagesAreFormalAndHaveNoSlips()
    {
        var german = File.ReadAllText(Path.Combine(Repository.Templates, "languages", "de.json"));

        foreach (var slip in (string[])
            ["an an", "720 Stunden", "Sie verfolgen", "Knopf", "[Dd]u", "[Dd]eine?r?"])
        {
            Assert.DoesNotMatch($@"\b{slip}\b", german);
        }
    }

    [Fact]
    public void DatesFollowTheFormatOfTheLanguage()
    {
        var day = new DateOnly(2026, 3, 2);

        Assert.Equal("Monday, 2 March 2026", Included.FindLanguage("en").FormatDate(day));
        Assert.Equal("Montag, 2. März 2026", Included.FindLanguage("de").FormatDate(day));
    }

    [Theory]
    [InlineData(1, "Saturday")]
    [InlineData(2, "Saturday and Sunday")]
    [InlineData(3, "Saturday, Sunday and Monday")]
    public void ListsAreJoinedWithCommasAndAnd(int items, string text) =>
        Assert.Equal(
            text, Included.FindLanguage("en").JoinList([.. new[] { "Saturday", "Sunday", "Monday" }.Take(items)]));

    [Fact]
    public void AMissingMessageFallsBackToEnglish()
    {
        folder.Write("languages/en.json",
            """{"name": "English", "culture": "en-US", "messages": {"a": {"b": "ab", "c": "ac"}}}""");
        folder.Write(
            "languages/nl.json", """{"name": "Nederlands", "culture": "nl-NL", "messages": {"a": {"b": "eb"}}}""");
        var dutch = new TemplateLibrary(folder.Path).FindLanguage("nl");

        Assert.Equal("eb ac", $"{dutch.Text("a.b")} {dutch.Text("a.c")}");
    }

    [Theory]
    [InlineData("{{ t 'nix' }}", "Template page.txt, line 1, column 4: there is no message 'nix'")]
    [InlineData("x\n{{ t 'greet' }}",
        "Template page.txt, line 2, column 4: message 'greet' of languages/en.json needs a value for {name}")]
    public void AMessageErrorReportsItsPosition(string template, string fault)
    {
        folder.Write(
            "languages/en.json", """{"name": "English", "culture": "en-US", "messages": {"greet": "Hello {name}"}}""");
        folder.Write("page.txt", template);

        Assert.StartsWith(fault, Assert.Throws<TrendingMailException>(
            () => new TemplateLibrary(folder.Path).Render("page.txt",
                TemplateModel.Create())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("""{"name": "X", "culture": "en-US"}""", "must contain the strings 'name' and 'culture'")]
    [InlineData("""{"name": "X", "culture": "nowhere", "messages": {}}""",
        "must contain the strings 'name' and 'culture'")]
    [InlineData("""{"name": "X", "culture": "en-US", "messages": {"a": 1}}""",
        "'a' must be a string or an object of strings")]
    public void AnInvalidLanguageFileIsRejectedByName(string json, string fault)
    {
        folder.Write("languages/xx.json", json);

        var message = Assert.Throws<TrendingMailException>(() => new TemplateLibrary(folder.Path)).Message;

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
    public void ThePluralFormMatchesTheNumber(string language, string forms) => Assert.Equal(
        forms, string.Join(' ', new long[] { 0, 1, 2, 5, 22 }.Select(n => PluralRule.Select(language, n))));

    /// <summary>Keys that the program composes at run time.</summary>
    private static readonly string[] ComposedKeys =
    [
        "digest.all", "digest.some", "digest.all_weekly", "digest.some_weekly",
        .. from action in (string[])["export", "move", "erase"]
           from part in (string[])["subject", "heading", "text", "button"]
           select $"account_link.{part}_{action}",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Templates, "mail"), "*.subject")
            .Select(file => $"{Path.GetFileNameWithoutExtension(file)}.preheader"),
    ];

    private static string ReadAllFiles(string folder, params string[] extensions) => string.Join('\n',
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => extensions.Contains(Path.GetExtension(file)))
            .Select(File.ReadAllText));

    private static string[] PlaceholdersIn(string tag, string key)
    {
        var json = File.ReadAllText(Path.Combine(Repository.Templates, "languages", $"{tag}.json"));
        var localizedMessage = LanguageFile.Parse(tag, json).Messages[key];
        return [.. localizedMessage.Forms.Values.SelectMany(form => Placeholder().Matches(form).Select(m => m.Value))
            .Distinct().Order()];
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\bt '(?<key>[\w.]+)'")]
    private static partial Regex UsedKey();
}
