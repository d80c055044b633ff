using System.Globalization;
using TrendingMail.Papers.Search;

namespace TrendingMail.Tests.Papers.Search;

public sealed class SearchQueryTests
{
    [Theory]
    [InlineData("sparse attention", "sparse attention")]
    [InlineData("  sparse\t attention\n", "sparse attention")]
    [InlineData("\"state space model\" mamba", "\"state space model\" mamba")]
    [InlineData("“state space” x", "\"state space\" x")]
    [InlineData("GPT-4", "\"GPT 4\"")]
    [InlineData("2611.00001", "\"2611 00001\"")]
    [InlineData("token*", "token*")]
    [InlineData("pre-train*", "\"pre train\"*")]
    [InlineData("tok*", "tok")]
    [InlineData("\"token*\"", "token")]
    [InlineData("agents -survey", "agents -survey")]
    [InlineData("agents -\"a survey of\" −review", "agents -survey -review")]
    [InlineData("self-attention", "\"self attention\"")]
    [InlineData("- survey", "survey")]
    [InlineData("--survey", "survey")]
    [InlineData("author:Quill", "author:Quill")]
    [InlineData("Author:\"Ada Quill\" notes", "author:\"Ada Quill\" notes")]
    [InlineData("-author:quill notes", "notes -author:quill")]
    [InlineData("title:notes", "title:notes")]
    [InlineData("category:cs.CL cat:hep-th", "category:cs.cl category:hep-th")]
    [InlineData("author:", "author")]
    [InlineData("author: quill", "author quill")]
    [InlineData("note:that-one", "note one")]
    [InlineData("http://example.org", "http \"example org\"")]
    [InlineData("C++ R&D", "C \"R D\"")]
    [InlineData("the model of a thing", "model thing")]
    [InlineData("the of", "the of")]
    [InlineData("\"the model of the thing\"", "\"model of the thing\"")]
    [InlineData("not AND or NEAR(x, 2)", "not \"NEAR x\" 2")]
    [InlineData("twice Twice twice", "twice")]
    public void AQueryIsParsedAsIntended(string text, string expected) =>
        Assert.Equal(expected, SearchQuery.Parse(text).ToString());

    [Theory]
    [InlineData("after:2026-01-01", "2026-01-01", null)]
    [InlineData("after:2026-01", "2026-01-01", null)]
    [InlineData("after:2026", "2026-01-01", null)]
    [InlineData("before:2026-02-01", null, "2026-01-31")]
    [InlineData("before:2026-02", null, "2026-01-31")]
    [InlineData("until:2026-02", null, "2026-02-28")]
    [InlineData("date:2026-01-05", "2026-01-05", "2026-01-05")]
    [InlineData("date:2026-01..2026-02", "2026-01-01", "2026-02-28")]
    [InlineData("date:2026-01-05..2026", "2026-01-05", "2026-12-31")]
    [InlineData("date:2026-01..", "2026-01-01", null)]
    [InlineData("date:..2024-02", null, "2024-02-29")]
    [InlineData("after:2025 after:2026 before:2027 before:2028", "2026-01-01", "2026-12-31")]
    public void DatesMayBeMonthsOrYears(string text, string? from, string? to)
    {
        var query = SearchQuery.Parse(text);

        Assert.Equal((Day(from), Day(to)), (query.From, query.To));
        Assert.Empty(query.Terms);
        Assert.False(query.IsEmpty);
    }

    [Theory]
    [InlineData("date:soon", "date soon")]
    [InlineData("after:2026-13-01", "after \"2026 13 01\"")]
    [InlineData("date:..", "date")]
    [InlineData("date:2026..soon", "date \"2026 soon\"")]
    [InlineData("before:0001-01-01", "")]
    public void InvalidDatesAreSearchedAsWords(string text, string words) =>
        Assert.Equal(words, string.Join(' ', SearchQuery.Parse(text).Terms));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\n")]
    [InlineData("\"")]
    [InlineData("\"\" - * ( ) : ^ + { } ' ; -- /* %")]
    [InlineData("\uE000 \uE001\0")]
    [InlineData("\uD800")]
    public void TextWithoutWordsIsAnEmptyQuery(string? text) => Assert.True(SearchQuery.Parse(text).IsEmpty);

    [Fact]
    public void AnUnclosedQuotationMarkIsIgnored() =>
        Assert.Equal("open mark", SearchQuery.Parse("\"open mark").ToString());

    [Fact]
    public void LongQueriesAreTruncated()
    {
        var many = SearchQuery.Parse(string.Join(' ', Enumerable.Range(100, 1000)));
        Assert.Equal(SearchQuery.MaximumTerms, many.Terms.Count);

        var one = SearchQuery.Parse(new string('x', 100_000));
        Assert.InRange(Assert.Single(Assert.Single(one.Terms).Words).Length, 1, SearchQuery.MaximumLength);
    }

    private static DateOnly? Day(string? text) =>
        text is null ? null : DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
