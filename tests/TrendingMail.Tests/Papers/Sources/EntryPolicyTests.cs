using TrendingMail.Papers;
using TrendingMail.Papers.Sources;
using TrendingMail.Papers.Sources.Http;

namespace TrendingMail.Tests.Papers.Sources;

public sealed class EntryPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static readonly ListedPaper Paper = TestPapers.Listed("2611.00001");

    public static TheoryData<string> Faults { get; } =
    [
        "its title has 1001 characters; the limit is 1000",
        "its abstract has 20001 characters; the limit is 20000",
        "it has 10001 authors; the limit is 10000",
        "its author's name has 301 characters; the limit is 300",
        "it has a letter with more than 30 diacritics",
        "its listing day 2031-01-01 lies in the future",
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public void AnEntryBeyondTheLimitsIsSetAsideWithItsReason(string fault)
    {
        var paper = Faults.Select(row => row.Data).ToList().IndexOf(fault) switch
        {
            0 => Paper with { Title = new string('t', 1_001) },
            1 => Paper with { Abstract = new string('a', 20_001) },
            2 => Paper with { Authors = [.. Enumerable.Repeat("Ada Quill", 10_001)] },
            3 => Paper with { Authors = ["Ada Quill", new string('n', 301)] },
            4 => Paper with { Abstract = $"e{string.Concat(Enumerable.Repeat("\u0301\u0316", 9_000))}" },
            _ => Paper with { ListedOn = new DateOnly(2031, 1, 1) },
        };

        var result = EntryPolicy.Apply(new FetchResult([Paper, paper], ["entry 3: no title"]), Now);

        Assert.Equal([Paper.ArxivId], result.Papers.Select(taken => taken.ArxivId));
        Assert.Equal(["entry 3: no title", $"2611.00001: {fault}"], result.Problems);
    }

    [Fact]
    public void WhatAPaperCanDoWithoutIsDropped()
    {
        var (name, url) = (new string('n', 301), $"https://example.org/{new string('u', 2_048)}");

        var paper = Assert.Single(EntryPolicy.Apply(new FetchResult(
            [Paper with
            {
                Doi = name,
                AiSummary = new string('s', 20_001),
                Keywords = [name, .. Enumerable.Range(0, 200).Select(i => $"k{i}")],
                Categories = [name, "cs.LG"],
                Organization = name,
                Submitter = name,
                CodeUrl = url,
                ProjectUrl = url,
                ThumbnailUrl = url,
            }], []), Now).Papers);

        Assert.Equal((null, null, null, null), (paper.Doi, paper.AiSummary, paper.Organization, paper.Submitter));
        Assert.Equal((null, null, null), (paper.CodeUrl, paper.ProjectUrl, paper.ThumbnailUrl));
        Assert.Equal(100, paper.Keywords.Count);
        Assert.Equal(["cs.LG"], paper.Categories);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z", null, null)]
    [InlineData("9999-12-31T00:00:00Z", null, "2026-11-23T08:00:00Z")]
    [InlineData("2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z")]
    public void TimesThatCannotBeTrueDoNotCount(string given, string? published, string? asOf)
    {
        var at = DateTimeOffset.Parse(given, null);

        var paper = Assert.Single(EntryPolicy.Apply(
            new FetchResult([Paper with { PublishedAt = at, AsOf = at }], []), Now).Papers);

        Assert.Equal((Parse(published), Parse(asOf)), (paper.PublishedAt, paper.AsOf));

        static DateTimeOffset? Parse(string? text) => text is null ? null : DateTimeOffset.Parse(text, null);
    }

    [Fact]
    public void ProblemsAreShortLines() => Assert.Equal($"a b {new string('x', 296)}…",
        Assert.Single(EntryPolicy.Apply(new FetchResult([], [$"a\u001bb\n{new string('x', 9_000)}"]), Now).Problems));

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(1, 1, null)]
    [InlineData(3, 2, null)]
    [InlineData(1, 2, "2 of 3 entries were set aside, so its format may have changed (entry 0: bad; entry 1: bad)")]
    [InlineData(0, 9, "9 of 9 entries were set aside, so its format may have changed " +
        "(entry 0: bad; entry 1: bad; entry 2: bad)")]
    public void ASourceIsAtFaultIfMostEntriesWereSetAside(int papers, int problems, string? fault)
    {
        var result = EntryPolicy.Judge(new FetchResult(
            [.. Enumerable.Repeat(Paper, papers)], [.. Enumerable.Range(0, problems).Select(i => $"entry {i}: bad")])
        {
            Validators = [new HttpValidator("https://example.org/", "\"1\"", null, 9)],
        });

        Assert.Equal(fault, result.Incomplete);
        Assert.Equal(fault is null ? 1 : 0, result.Validators.Count);
    }

    [Fact]
    public void PapersOfOtherDaysInTheSameFileCountAsRead() => Assert.Null(
        EntryPolicy.Judge(new FetchResult([], ["line 7: not valid JSON"]) { Entries = 900 }).Incomplete);

    [Fact]
    public void TheNumberOfEntriesAndProblemsIsLimited()
    {
        var result = EntryPolicy.Judge(new FetchResult(
            [.. Enumerable.Repeat(Paper, 10_001)], [.. Enumerable.Range(0, 300).Select(i => $"entry {i}: bad")]));

        Assert.Equal(10_000, result.Papers.Count);
        Assert.Equal("it sent 10001 entries; only the first 10000 were taken", result.Incomplete);
        Assert.Equal((201, "and 100 more"), (result.Problems.Count, result.Problems[^1]));
    }
}
