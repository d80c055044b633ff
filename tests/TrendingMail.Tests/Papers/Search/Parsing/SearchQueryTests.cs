using System.Globalization;
using TrendingMail.Papers.Search.Parsing;

namespace TrendingMail.Tests.Papers.Search.Parsing;

public sealed class SearchQueryTests
{
    [Theory]
    [InlineData("sparse attention", "sparse attention")]
    [InlineData("  sparse\t attention\n", "sparse attention")]
    [InlineData("\"state space model\" mamba", "\"state space model\" mamba")]
    [InlineData("“state space” x", "\"state space\" x")]
    [InlineData("GPT-4", "\"GPT 4\"")]
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
    [InlineData("C++ R&D", "C++ \"R D\"")]
    [InlineData("A100 gpus", "\"A 100\" gpus")]
    [InlineData("\"the A100 of a\"", "\"A 100\"")]
    [InlineData("模", "模*")]
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

    [Theory]
    [InlineData("2405.15738")]
    [InlineData("2405.15738v2")]
    [InlineData("arXiv:2405.15738")]
    [InlineData("ARXIV: 2405.15738v12")]
    [InlineData("arXiv 2405.15738")]
    [InlineData("arXiv:2405.15738 [cs.CV]")]
    [InlineData("arXiv:2405.15738v2 [cs.CV] 24 May 2024")]
    [InlineData("[2405.15738]")]
    [InlineData("(arXiv:2405.15738).")]
    [InlineData("\"2405.15738\"")]
    [InlineData("https://arxiv.org/abs/2405.15738")]
    [InlineData("http://www.arxiv.org/abs/2405.15738v1?context=cs#top")]
    [InlineData("<https://arxiv.org/pdf/2405.15738v2.pdf>")]
    [InlineData("arxiv.org/pdf/2405.15738")]
    [InlineData("https://arxiv.org/html/2405.15738v1#S3")]
    [InlineData("https://export.arxiv.org/abs/2405.15738")]
    [InlineData("https://ar5iv.labs.arxiv.org/html/2405.15738")]
    [InlineData("https://www.arxiv-vanity.com/papers/2405.15738/")]
    [InlineData("https://huggingface.co/papers/2405.15738")]
    [InlineData("hf.co/papers/2405.15738")]
    [InlineData("https://www.alphaxiv.org/abs/2405.15738v1")]
    [InlineData("https://www.alphaxiv.org/overview/2405.15738")]
    [InlineData("https://scirate.com/arxiv/2405.15738")]
    [InlineData("https://www.semanticscholar.org/arxiv/2405.15738")]
    [InlineData("https://api.semanticscholar.org/arXiv:2405.15738")]
    [InlineData("10.48550/arXiv.2405.15738")]
    [InlineData("doi:10.48550/arxiv.2405.15738")]
    [InlineData("DOI: 10.48550/ARXIV.2405.15738")]
    [InlineData("https://doi.org/10.48550/arXiv.2405.15738")]
    [InlineData("Liu et al. An Image. arXiv preprint arXiv:2405.15738, 2024.")]
    public void APastedIdentifierAsksForThatPaper(string text) =>
        Assert.Equal("2405.15738", SearchQuery.Parse(text).ToString());

    [Theory]
    [InlineData("math/0309136", "math/0309136")]
    [InlineData("math.GT/0309136v2", "math/0309136")]
    [InlineData("https://arxiv.org/abs/math.GT/0309136v1", "math/0309136")]
    [InlineData("HEP-TH/9901001v2", "hep-th/9901001")]
    [InlineData("https://doi.org/10.1145/3292500.3330701", "10.1145/3292500.3330701")]
    [InlineData("doi:10.1000/ABC(1).", "10.1000/abc(1)")]
    [InlineData("2405.15738 arXiv:2405.15739, 2405.15738v2", "2405.15738 2405.15739")]
    [InlineData("agents -2405.15738", "agents -2405.15738")]
    [InlineData("2405.15738 after:2024 author:liu", "author:liu 2405.15738 after:2024-01-01")]
    [InlineData("2024.12345", "\"2024 12345\"")]
    [InlineData("item/1234567", "\"item 1234567\"")]
    [InlineData("12405.15738", "\"12405 15738\"")]
    [InlineData("2405.15738x", "\"2405 15738 x\"")]
    [InlineData("3.14159", "\"3 14159\"")]
    public void OldIdentifiersAndDoisAreRecognizedAndOtherNumbersAreNot(string text, string expected) =>
        Assert.Equal(expected, SearchQuery.Parse(text).ToString());

    [Fact]
    public void RecognizingIdentifiersTakesNoTime()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        foreach (var piece in new[] { "a.", "a/", "a-", "arxiv:", "10.1000/", "([<", "http://a.b/c/d/arxiv/", "9" })
        {
            SearchQuery.Parse(string.Concat(Enumerable.Repeat(piece, 500)));
            SearchQuery.Parse(string.Join(' ', Enumerable.Repeat(piece, 500)));
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private static DateOnly? Day(string? text) =>
        text is null ? null : DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
