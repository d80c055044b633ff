using TrendingMail.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers;

public abstract class PaperVocabularyTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private PaperVocabulary Words => new(Database, Clock, text => text.Replace("\\'e", "é", StringComparison.Ordinal));

    [Fact]
    public async Task NamesAreFoundByTheBeginningOfAWordTheMostFrequentFirst()
    {
        await SaveAsync(
            Paper("2611.00001", ["speech recognition", "agents"], ["Ada Quill"]),
            Paper("2611.00002", ["text to speech", "Agents"], ["Ben Quillon"]),
            Paper("2611.00003", ["text to speech"], ["Quill Harbour"]));

        Assert.Equal(["speech recognition", "text to speech"], await FindAsync(WordKind.Keyword, "spee"));
        Assert.Equal(["text to speech", "agents", "speech recognition"], (await Words.MostFrequentAsync(WordKind.Keyword, 3, Stop))
            .OrderBy(word => word switch { "text to speech" => 0, "agents" or "Agents" => 1, _ => 2 }).Select(word => word.ToLowerInvariant()));
        Assert.Equal(["Quill Harbour", "Ada Quill", "Ben Quillon"], await FindAsync(WordKind.Author, "QUILL"));
        Assert.Empty(await FindAsync(WordKind.Author, "uill"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("%")]
    [InlineData("nothing like it")]
    public async Task NothingIsFoundForNothing(string typed)
    {
        await SaveAsync(Paper("2611.00001", ["speech"], ["Ada Quill"]));

        Assert.Empty(await FindAsync(WordKind.Keyword, typed));
    }

    [Fact]
    public async Task NamesAreReadable()
    {
        await SaveAsync(Paper("2611.00001", [], ["Ren\\'e Lantern"]));

        Assert.Equal(["René Lantern"], await FindAsync(WordKind.Author, "ren"));
    }

    [Fact]
    public async Task OldPapersAreForgottenAndNewOnesComeIn()
    {
        var words = Words;
        await SaveAsync(Paper("2611.00001", ["lamps"], []));
        Assert.Single(await words.FindAsync(WordKind.Keyword, "la", 9, Stop));
        await SaveAsync(Paper("2611.00002", ["lanterns"], []));
        Assert.Single(await words.FindAsync(WordKind.Keyword, "la", 9, Stop));

        Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(2, (await words.FindAsync(WordKind.Keyword, "la", 9, Stop)).Count);
        Clock.Advance(TimeSpan.FromDays(61));
        Assert.Empty(await words.FindAsync(WordKind.Keyword, "la", 9, Stop));
    }

    private Task<IReadOnlyList<string>> FindAsync(WordKind kind, string typed) => Words.FindAsync(kind, typed, 9, Stop);

    private Task<SaveResult> SaveAsync(params ListedPaper[] papers) => Papers.SaveAsync("HuggingFace", papers, Stop);

    private static ListedPaper Paper(string id, string[] keywords, string[] authors) =>
        TestPapers.Listed(id) with { Keywords = keywords, Authors = authors };
}

public sealed class PaperVocabularyOnSqlite() : PaperVocabularyTests(new SqliteFixture());

public sealed class PaperVocabularyOnPostgreSql() : PaperVocabularyTests(new PostgreSqlFixture());
