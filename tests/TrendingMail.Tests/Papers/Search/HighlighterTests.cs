using TrendingMail.Papers.Search;

namespace TrendingMail.Tests.Papers.Search;

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
    [InlineData("-model thing", "A thing, a model", "A [thing], a model")]
    public void WhatWasSearchedIsMarked(string query, string text, string expected) =>
        Assert.Equal(expected, Show(Of(query).Mark(text, SearchField.Title)));

    [Fact]
    public void APieceShowsTheMostDifferentHits()
    {
        var text = string.Concat(Enumerable.Repeat(Filler, 10)) + "Here an agent writes notes. "
            + string.Concat(Enumerable.Repeat(Filler, 10));

        var piece = Show(Of("agents notes note").Cut(text, SearchField.Anywhere));

        Assert.Contains("Here an [agent] writes [notes].", piece, StringComparison.Ordinal);
        Assert.StartsWith("…", piece, StringComparison.Ordinal);
        Assert.EndsWith("…", piece, StringComparison.Ordinal);
        Assert.InRange(piece.Length, 200, 320);
    }

    [Fact]
    public void WithoutAHitAPieceIsTheBeginning()
    {
        var piece = Of("author:quill").Cut(string.Concat(Enumerable.Repeat(Filler, 10)), SearchField.Anywhere);

        Assert.StartsWith("Nothing of note", piece.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("…", piece.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    public void AShortTextIsWhole(string text) => Assert.Equal(text, Of("word").Cut(text, SearchField.Anywhere).ToString());

    [Fact]
    public void EverySegmentIsAPieceOfTheText()
    {
        var random = new Random(5);
        const string Letters = "ab é𝔸ö\u0301\"<*- \uD800\n";
        for (var i = 0; i < 2000; i++)
        {
            var text = new string(random.GetItems<char>(Letters, random.Next(600)));
            var highlighter = Of("a b* é \"a b\" 𝔸");

            Assert.Equal(text, highlighter.Mark(text, SearchField.Title).ToString());
            var piece = highlighter.Cut(text, SearchField.Anywhere).ToString();
            Assert.Contains(piece.Trim('…'), text, StringComparison.Ordinal);
        }
    }

    private static Highlighter Of(string query) => new(new TermMatcher(SearchQuery.Parse(query).Terms));

    private static string Show(HighlightedText text) =>
        string.Concat(text.Segments.Select(segment => segment.IsMarked ? $"[{segment.Text}]" : segment.Text));
}
