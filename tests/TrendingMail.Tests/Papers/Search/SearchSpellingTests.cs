using TrendingMail.Papers;
using TrendingMail.Papers.Search;
using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Search;

public abstract class SearchSpellingTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private PaperSearch Search => new(Database, Engine<ISearchDialect>(), Papers, Clock);

    [Theory]
    [InlineData("arXiv:2405.15738")]
    [InlineData("https://arxiv.org/abs/2405.15738v2")]
    [InlineData("2405.15738v2 [cs.CV]")]
    [InlineData("https://huggingface.co/papers/2405.15738")]
    [InlineData("10.1145/3292500.3330701")]
    [InlineData("https://doi.org/10.1145/3292500.3330701")]
    [InlineData("Quill et al., doi:10.1145/3292500.3330701")]
    [InlineData("qwen 2.5")]
    [InlineData("Qwen2.5-VL")]
    [InlineData("title:qwen-2.5")]
    [InlineData("\"Qwen 2.5 VL\"")]
    [InlineData("h100")]
    [InlineData("c#")]
    [InlineData("title:C#")]
    [InlineData("语言")]
    [InlineData("语言模型")]
    [InlineData("型")]
    [InlineData("모델")]
    [InlineData("ภาษา")]
    [InlineData("大语言模型 한국어")]
    [InlineData("\"LeCun, Yann\"")]
    [InlineData("author:\"LeCun, Yann\"")]
    [InlineData("author:\"LeCun Yann\"")]
    [InlineData("LeCun, Yann")]
    [InlineData("author:\"He Kaiming\"")]
    [InlineData("He Kaiming")]
    [InlineData("\"He Kaiming\"")]
    [InlineData("lukasz sogaard")]
    [InlineData("-quantization 2405.15738")]
    public async Task WhatIsPastedOrTypedFindsThePaper(string query)
    {
        await SaveAsync(
            TestPapers.Listed("2405.15738", day: TestPapers.Day.AddDays(-1)) with
            {
                Title = "Qwen2.5-VL in C#: 大语言模型, 한국어 모델의 ภาษาไทย",
                Abstract = "On an H100.",
                Doi = "10.1145/3292500.3330701",
                Authors = ["Yann LeCun", "Kaiming He", "Łukasz Søgaard"],
            },
            TestPapers.Listed("2405.15739") with { Title = "Qwen 5 in C++", Authors = ["Yann Other", "Le Cun"] });

        Assert.Equal(["2405.15738"], await FindAsync(query));
    }

    [Fact]
    public async Task TheNewestMatchesAreListedHoweverWellOthersMatch()
    {
        var listed = Enumerable.Range(0, 260).Select(i => Titled("Sea", $"2610.{i:00000}", daysAgo: i / 130)).ToArray();
        await SaveAsync([.. listed.Select(paper => paper with { Abstract = "A quay." })]);
        await SaveAsync([.. Enumerable.Range(0, 260).Select(i =>
            Titled("Quay of quays", $"2501.{i:00000}", daysAgo: 300 + i))]);

        var results = await Search.SearchAsync(SearchQuery.Parse("quay"), 1, 100, Stop, SearchOrder.Newest);
        var second = await Search.SearchAsync(SearchQuery.Parse("quay"), 2, 100, Stop, SearchOrder.Newest);

        // Of the last day that fits, the last added come first, too.
        var expected = Enumerable.Range(0, 130).Reverse().Concat(Enumerable.Range(190, 70).Reverse())
            .Select(i => $"2610.{i:00000}");
        Assert.Equal(expected, results.Hits.Concat(second.Hits).Select(hit => hit.Paper.ArxivId));
        Assert.Equal((PaperSearch.MaximumCandidates, true), (results.Total, results.HasMore));
    }

    [Fact]
    public async Task DuplicatesThatWereMergedTakeNoPlaceAmongTheNewest()
    {
        await SaveAsync([.. Enumerable.Range(0, 4).Select(i => Titled("A Quay", $"2610.{i:00000}", daysAgo: 0))]);
        await Database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE papers
            SET merged_into = (SELECT id FROM papers WHERE arxiv_id = '2610.00003')
            WHERE arxiv_id IN ('2610.00000', '2610.00001')
            """), Stop);

        var found = await Database.ReadAsync(session => Engine<ISearchDialect>().NewestAsync(
            session, SearchQuery.Parse("quay"), inTitle: false, limit: 2), Stop);

        Assert.Equal(2, found.Count);
    }

    private static ListedPaper Titled(string title, string arxivId, int daysAgo) =>
        TestPapers.Listed(arxivId, day: Today.AddDays(-daysAgo)) with { Title = title, Abstract = "It shines." };

    private async Task SaveAsync(params ListedPaper[] papers) => await Papers.SaveAsync("File", papers, Stop);

    private async Task<IReadOnlyList<string?>> FindAsync(string query) =>
        [.. (await Search.SearchAsync(SearchQuery.Parse(query), 1, 100, Stop)).Hits.Select(hit => hit.Paper.ArxivId)];
}

public sealed class SearchSpellingOnSqlite() : SearchSpellingTests(new SqliteFixture());

public sealed class SearchSpellingOnPostgreSql() : SearchSpellingTests(new PostgreSqlFixture());
