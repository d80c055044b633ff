using System.Text;
using TrendingMail.Papers.Sources.Http;

namespace TrendingMail.Tests.Papers.Sources.Http;

public sealed class UnexpectedBodyTests
{
    [Theory]
    [InlineData("[]")]
    [InlineData(" \n{\"data\": []}")]
    [InlineData("\uFEFF[1]")]
    [InlineData("<?xml version=\"1.0\"?><rss/>")]
    [InlineData("<?xml version=\"1.0\"?><!-- html --><feed/>")]
    [InlineData("<rss><title>html</title></rss>")]
    public void JsonAndFeedsAreExpected(string body) =>
        Assert.Null(UnexpectedBody.Describe(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("", "an empty response")]
    [InlineData(" \r\n", "an empty response")]
    [InlineData("Rate exceeded.\n", "the text 'Rate exceeded.'")]
    [InlineData("null", "the text 'null'")]
    [InlineData("upstream\r\n  timed out", "the text 'upstream timed out'")]
    [InlineData("%PDF-1.7\0", "binary data")]
    [InlineData("<!DOCTYPE html><html><title>Log in &amp; go</title>", "an HTML page with the title 'Log in & go'")]
    [InlineData("<HTML>", "an HTML page")]
    [InlineData("<?xml version=\"1.0\"?>\n<!-- x --><!doctype html><html/>", "an HTML page")]
    public void WhatStandsInsteadIsDescribed(string body, string description) =>
        Assert.Equal(description, UnexpectedBody.Describe(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void ALongTextIsCut() => Assert.Equal(
        $"the text '{new string('x', 120)}…'", UnexpectedBody.Describe(Encoding.UTF8.GetBytes(new string('x', 9_000))));

    [Theory]
    [InlineData("<!--")]
    [InlineData("<?xml ")]
    [InlineData("<!-- --> ")]
    [InlineData("<title>")]
    public void AHostileBodyTakesNoTime(string piece)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();

        UnexpectedBody.Describe(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, 1_000_000))));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }
}
