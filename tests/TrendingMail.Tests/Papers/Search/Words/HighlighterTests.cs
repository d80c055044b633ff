using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Papers.Search.Words;

namespace TrendingMail.Tests.Papers.Search.Words;

public sealed class HighlighterTests
{
    private const string Filler = "Nothing of note stands in this sentence, which goes on for a while. ";

    [Theory]
    [InlineData("model", "Models, modelling and MODEL", "[Models], [modelling] and [MODEL]")]
    [InlineData("\"space model\"", "A state space model has space.", "A state [space model] has space.")]
    [InlineData("toke*", "Tokens of a tokenizer", "[Tokens] of a [tokenizer]")]
    [InlineData("godel", "Gödel's proof", "[Gödel]'s proof")]
    [InlineData("author:quill title:notes", "Notes by Quill", "[Notes] by Quill")]
    [InlineData("a <b>", "1 < 2 <b>bold</b>", "1 < 2 <[b]>bold</[b]>")]
    [InlineData("absent", "Something else", "Something else")]
    [InlineData("qwen 2.5", "Qwen2.5-VL", "[Qwen][2.5]-VL")]
    [InlineData("c#", "C# and C++", "[C#] and C++")]
    [InlineData("语言", "大语言模型", "大[语言]模型")]
    [InlineData("模", "语言模型", "语言[模型]")]
    [InlineData("author:\"LeCun, Yann\" title:\"LeCun, Yann\"", "By Yann LeCun", "By Yann LeCun")]
    [InlineData("\"LeCun, Yann\"", "By Yann LeCun", "By [Yann LeCun]")]
    [InlineData("-model thing", "A thing, a model", "A [thing], a model")]
    public void SearchTermsAreMarked(string query, string text, string expected) =>
        Assert.Equal(expected, Format(CreateHighlighter(query).Mark(text, SearchField.Title)));

    [Fact]
    public void TheSnippetShowsTheMostDistinctHits()
    {
        var text = string.Concat(Enumerable.Repeat(Filler, 10)) + "Here an agent writes notes. "
            + string.Concat(Enumerable.Repeat(Filler, 10));

        var snippet = Format(CreateHighlighter("agents notes note").Snippet(text, SearchField.Anywhere));

        Assert.Contains("Here an [agent] writes [notes].", snippet, StringComparison.Ordinal);
        Assert.StartsWith("…", snippet, StringComparison.Ordinal);
        Assert.EndsWith("…", snippet, StringComparison.Ordinal);
        Assert.InRange(snippet.Length, 200, 320);
    }

    [Fact]
    public void WithoutAHitTheSnippetIsTheBeginning()
    {
        var snippet = CreateHighlighter("author:quill")
            .Snippet(string.Concat(Enumerable.Repeat(Filler, 10)), SearchField.Anywhere);

        Assert.StartsWith("Nothing of note", snippet.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("…", snippet.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    public void AShortTextIsNotCut(string text) =>
        Assert.Equal(text, CreateHighlighter("word").Snippet(text, SearchField.Anywhere).ToString());

    [Fact]
    public void MarkedTextAndSnippetsAreUnchangedParts()
    {
        var random = new Random(5);
        const string Letters = "ab é𝔸ö\u0301\"<*- \uD800\n";
        for (var i = 0; i < 2000; i++)
        {
            var text = new string(random.GetItems<char>(Letters, random.Next(600)));
            var highlighter = CreateHighlighter("a b* é \"a b\" 𝔸");

            Assert.Equal(text, highlighter.Mark(text, SearchField.Title).ToString());
            var snippet = highlighter.Snippet(text, SearchField.Anywhere).ToString();
            Assert.Contains(snippet.Trim('…'), text, StringComparison.Ordinal);
        }
    }

    private static Highlighter CreateHighlighter(string query) => new(new TermMatcher(SearchQuery.Parse(query).Terms));

    private static string Format(HighlightedText text) =>
        string.Concat(text.Segments.Select(segment => segment.IsMarked ? $"[{segment.Text}]" : segment.Text));
}
