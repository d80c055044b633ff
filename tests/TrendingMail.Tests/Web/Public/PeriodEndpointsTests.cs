using System.Net;
using System.Text.RegularExpressions;
using TrendingMail.Tests.Papers;
using TrendingMail.Worker.Web.Public;

namespace TrendingMail.Tests.Web.Public;

public sealed class PeriodEndpointsTests : WebTests
{
    [Fact]
    public async Task AMonthIsShownPageByPageWithEveryPaperOnce()
    {
        await PublishManyAsync();

        var first = await PageAsync("/papers/month/2026-11");
        var second = await PageAsync("/papers/month/2026-11?page=2");

        Assert.Equal(PeriodEndpoints.PageSize, CountPapers(first));
        Assert.Equal(PeriodEndpoints.PageSize + 5, CountPapers(first) + CountPapers(second));
        Assert.Contains("Page 1 of 2", first, StringComparison.Ordinal);
        Assert.Contains("href=\"/papers/month/2026-11?page=2\"", first, StringComparison.Ordinal);
        Assert.Contains("<link rel=\"canonical\" href=\"https://papers.example.org/papers/month/2026-11?page=2\">",
            second, StringComparison.Ordinal);
        Assert.Contains("href=\"/papers/month/2026-11\"", second, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    [InlineData("x")]
    [InlineData("")]
    public async Task APageThatDoesNotExistIsNotFound(string page)
    {
        await PublishManyAsync();

        await PageAsync($"/papers/week/2026-W48?page={page}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task TheWaysToOtherEditionsStandAboveAndBelowThePapers()
    {
        await PublishAsync(Today.AddDays(-1), TestPapers.Listed("2611.00001", day: Today.AddDays(-1)));
        await PublishAsync(Today, TestPapers.Listed("2611.00002"));

        var page = await PageAsync("/");

        foreach (var link in (string[])["/papers/2026-11-22", "/papers/week/2026-W48", "/papers/month/2026-11"])
        {
            Assert.True(page.IndexOf($"href=\"{link}\"", StringComparison.Ordinal) <
                page.IndexOf("<ol class=\"papers\">", StringComparison.Ordinal));
            Assert.Equal(2, Regex.Count(page, $"href=\"{link}\""));
        }
    }

    private Task PublishManyAsync() => PublishAsync(Today, [.. Enumerable.Range(1, PeriodEndpoints.PageSize + 5)
        .Select(number => TestPapers.Listed($"2611.{number:00000}", upvotes: number))]);

    private static int CountPapers(string page) => Regex.Count(page, "<li class=\"paper");
}
