using TrendingMail.Papers;
using TrendingMail.Papers.Texts;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Texts;

public abstract class PaperVocabularyTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private PaperVocabulary Vocabulary => new(Database, Clock);

    [Fact]
    public async Task TermsAreFoundByWordPrefixMostFrequentFirst()
    {
        await SaveAsync(
            Paper("2611.00001", ["speech recognition", "agents"], ["Ada Quill"]),
            Paper("2611.00002", ["text to speech", "Agents"], ["Ben Quillon"]),
            Paper("2611.00003", ["text to speech"], ["Quill Harbour"]));

        Assert.Equal(["speech recognition", "text to speech"], await FindAsync(VocabularyKind.Keyword, "spee"));
        Assert.Equal(["text to speech", "agents", "speech recognition"],
            (await Vocabulary.MostFrequentAsync(VocabularyKind.Keyword, 3, Stop))
            .OrderBy(word => word switch { "text to speech" => 0, "agents" or "Agents" => 1, _ => 2 })
            .Select(word => word.ToLowerInvariant()));
        Assert.Equal(["Quill Harbour", "Ada Quill", "Ben Quillon"], await FindAsync(VocabularyKind.Author, "QUILL"));
        Assert.Empty(await FindAsync(VocabularyKind.Author, "uill"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("%")]
    [InlineData("nothing like it")]
    public async Task InputWithoutAMatchFindsNothing(string typed)
    {
        await SaveAsync(Paper("2611.00001", ["speech"], ["Ada Quill"]));

        Assert.Empty(await FindAsync(VocabularyKind.Keyword, typed));
    }

    [Theory]
    [InlineData("lukasz")]
    [InlineData("ŁUKASZ K")]
    [InlineData("kaiser")]
    [InlineData("Kaiser, Łuk")]
    public async Task NamesAreFoundWithoutTheirDiacritics(string typed)
    {
        await SaveAsync(Paper("2611.00001", [], ["Łukasz Kaiser", "Anders Søgaard", "王小明"]));

        Assert.Equal(["Łukasz Kaiser"], await FindAsync(VocabularyKind.Author, typed));
        Assert.Equal(["Anders Søgaard"], await FindAsync(VocabularyKind.Author, "sogaard"));
        Assert.Equal(["王小明"], await FindAsync(VocabularyKind.Author, "小明"));
    }

    [Fact]
    public async Task CategoriesAreKnownOnceAPaperHasOne()
    {
        await SaveAsync(Paper("2611.00001", [], []));
        Assert.False(await Vocabulary.HasAnyAsync(VocabularyKind.Category, Stop));

        await SaveAsync(Paper("2611.00002", [], []) with { Categories = ["cs.CL"] });
        Assert.True(await Vocabulary.HasAnyAsync(VocabularyKind.Category, Stop));
    }

    [Fact]
    public async Task TermsAreReadable()
    {
        await SaveAsync(Paper("2611.00001", [], ["Ren\\'e Lantern"]));

        Assert.Equal(["René Lantern"], await FindAsync(VocabularyKind.Author, "ren"));
    }

    [Fact]
    public async Task TermsAreRefreshedAndOldPapersExpire()
    {
        var vocabulary = Vocabulary;
        await SaveAsync(Paper("2611.00001", ["lamps"], []));
        Assert.Single(await vocabulary.FindAsync(VocabularyKind.Keyword, "la", 9, Stop));
        await SaveAsync(Paper("2611.00002", ["lanterns"], []));
        Assert.Single(await vocabulary.FindAsync(VocabularyKind.Keyword, "la", 9, Stop));

        Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(2, (await vocabulary.FindAsync(VocabularyKind.Keyword, "la", 9, Stop)).Count);
        Clock.Advance(TimeSpan.FromDays(61));
        Assert.Empty(await vocabulary.FindAsync(VocabularyKind.Keyword, "la", 9, Stop));
    }

    private Task<IReadOnlyList<string>> FindAsync(VocabularyKind kind, string typed) =>
        Vocabulary.FindAsync(kind, typed, 9, Stop);

    private Task<SaveResult> SaveAsync(params ListedPaper[] papers) => Papers.SaveAsync("HuggingFace", papers, Stop);

    private static ListedPaper Paper(string id, string[] keywords, string[] authors) =>
        TestPapers.Listed(id) with { Keywords = keywords, Authors = authors };
}

public sealed class PaperVocabularyOnSqlite() : PaperVocabularyTests(new SqliteFixture());

public sealed class PaperVocabularyOnPostgreSql() : PaperVocabularyTests(new PostgreSqlFixture());
