using System.Net;
using Microsoft.AspNetCore.Routing;
using TrendingMail.Tests.Papers;

namespace TrendingMail.Tests.Web;

public sealed class HeadRequestTests : WebTests
{
    /// <summary>Link checkers and monitors ask with HEAD (RFC 9110, section 9.3.2).</summary>
    [Fact]
    public async Task WhateverAnswersGetAnswersHead()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var checkedPaths = new List<string>();
        foreach (var pattern in GetPatterns())
        {
            var path = pattern.Replace("{day}", "2026-11-23", StringComparison.Ordinal)
                .Replace("{**arxivId}", "2611.00001", StringComparison.Ordinal)
                .Replace("{**id}", "2611.00001", StringComparison.Ordinal)
                .Replace("{documentName}", "v1", StringComparison.Ordinal)
                .Replace("week/{name}", "week/2026-W48", StringComparison.Ordinal)
                .Replace("month/{name}", "month/2026-11", StringComparison.Ordinal);
            using var get = await Client.GetAsync(path, Stop);
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            using var head = await Client.SendAsync(request, Stop);

            Assert.True(get.StatusCode == head.StatusCode, $"{path}: GET {get.StatusCode}, HEAD {head.StatusCode}");
            Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
            checkedPaths.Add(path);
        }

        Assert.Contains("/api/v1/papers/2611.00001", checkedPaths);
        Assert.Contains("/openapi/v1.json", checkedPaths);
        Assert.Contains("/feed.atom", checkedPaths);
        using var paper = new HttpRequestMessage(HttpMethod.Head, "/api/v1/papers/2611.00001");
        using var found = await Client.SendAsync(paper, Stop);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
    }

    [Fact]
    public void EveryRouteThatAnswersGetDeclaresHead() => Assert.All(Routes(), route => Assert.True(
        route.Methods.Contains("HEAD") || !route.Methods.Contains("GET"), $"{route.Pattern} does not answer HEAD"));

    private IEnumerable<string> GetPatterns() =>
        Routes().Where(route => route.Methods.Contains("GET")).Select(route => $"/{route.Pattern.TrimStart('/')}");

    private IEnumerable<(string Pattern, IReadOnlyList<string> Methods)> Routes() =>
        Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(endpoint => (
            endpoint.RoutePattern.RawText ?? "",
            endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []));
}
