using System.Net;
using TrendingMail.Tests.Papers;

namespace TrendingMail.Tests.Web.Api;

public sealed class SuggestionEndpointsTests : WebTests
{
    [Theory]
    [InlineData("keyword", "li", "[\"lighthouses\"]")]
    [InlineData("topic", "li", "[\"lighthouses\"]")]
    [InlineData("author", "quill", "[\"Ada Quill\"]")]
    [InlineData("organization", "lane", "[\"Harbour Lane\"]")]
    [InlineData("category", "cs", "[\"cs.CL\"]")]
    [InlineData("keyword", "", "[]")]
    public async Task NamesFromThePapersAreFoundByPrefix(string kind, string q, string json)
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001") with
        {
            Keywords = ["lighthouses"],
            Authors = ["Ada Quill"],
            Organization = "Harbour Lane",
            Categories = ["cs.CL"],
        });

        Assert.Equal(json, await PageAsync($"/api/v1/suggestions?kind={kind}&q={q}"));
    }

    [Theory]
    [InlineData("kind=planet&q=mars")]
    [InlineData("kind=keyword&q=" +
        "long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long")]
    public async Task AnInvalidRequestIsRejected(string query) =>
        await PageAsync($"/api/v1/suggestions?{query}", HttpStatusCode.BadRequest);
}
