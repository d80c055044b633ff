using System.Net;
using System.Text.Json;
using TrendingMail.Tests.Papers;

namespace TrendingMail.Tests.Web.Api;

public sealed class ApiErrorTests : WebTests
{
    [Theory]
    [InlineData("/api/v1/editions/yesterday", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/papers?date=2026-02-30", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/papers?page=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/papers?per_page=101", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/editions/2026-11-22", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/papers/2611.99999", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/papers/https://arxiv.org/abs/2611.99999", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/papers?page=x", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/papers?page=", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/papers?page=1&page=2", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/papers?page=42949672960", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/papers?page=1.5", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/papers?page=-1", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/papers?date=", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/papers?date=2026-13-01", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/papers?date=2026-11-23&date=2026-11-22", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/editions?per_page=many", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/editions?per_page=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/search?q=x&per_page=", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/search?q=x&sort=best", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/suggestions?kind=colour", HttpStatusCode.BadRequest)]
    public async Task ApiErrorsAreProblemDetails(string path, HttpStatusCode status)
    {
        using var response = await Client.GetAsync(path, Stop);

        Assert.Equal((status, "application/problem+json"),
            (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task AnInvalidParameterIsNamed()
    {
        using var response = await Client.GetAsync("/api/v1/editions?per_page=many", Stop);

        Assert.Equal("per_page must be a whole number, and given once; it is 'many'.",
            JsonElement.Parse(await response.Content.ReadAsStringAsync(Stop)).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"email": 1}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("email=a", "application/x-www-form-urlencoded", HttpStatusCode.NotFound)]
    public async Task AnUnreadableBodyIsAProblem(string body, string type, HttpStatusCode status)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, type);
        using var response = await Client.PostAsync("/api/v1/subscribers", content, Stop);

        Assert.Equal((status, "application/problem+json"),
            (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task AMethodThatIsNotAllowedIsAProblem()
    {
        using var response = await Client.DeleteAsync("/api/v1/papers", Stop);

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("papers?date=2026-11-23&page=42949674&per_page=100")]
    [InlineData("papers?date=2026-11-23&page=2147483647&per_page=100")]
    [InlineData("editions?page=42949674&per_page=100")]
    [InlineData("search?q=paper&page=42949674&per_page=100")]
    [InlineData("papers?date=0001-01-01")]
    [InlineData("papers?date=9999-12-31")]
    [InlineData("search?q=date:0001..9999-12&page=2")]
    [InlineData("search?q=after:9999-12-31")]
    [InlineData("search?q=before:0001-01-05")]
    public async Task APageBeyondTheLastHasNoItems(string request)
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));

        var page = JsonElement.Parse(await PageAsync($"/api/v1/{request}"));

        Assert.Empty(page.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("2611.00001v2")]
    [InlineData("arXiv:2611.00001")]
    [InlineData("https://arxiv.org/abs/2611.00001")]
    public async Task APaperIsFoundByAnyFormOfItsIdentifier(string identifier)
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));

        Assert.Equal("2611.00001",
            JsonElement.Parse(await PageAsync($"/api/v1/papers/{identifier}")).GetProperty("arxiv_id").GetString());
        Assert.Contains("Paper 2611.00001", await PageAsync($"/papers/{identifier}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheOpenApiDocumentNamesErrorsAndTypesNumbers()
    {
        var text = await PageAsync("/openapi/v1.json");
        foreach (var path in JsonElement.Parse(text).GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var responses = operation.Value.GetProperty("responses");
                var takesInput = operation.Value.TryGetProperty("parameters", out var parameters)
                    && parameters.EnumerateArray().Any(parameter => parameter.GetProperty("in").GetString() == "query");
                Assert.True(!takesInput || responses.TryGetProperty("400", out _), $"{path.Name} names no 400");
                Assert.True(!path.Name.Contains('{', StringComparison.Ordinal) ||
                    responses.TryGetProperty("404", out _), $"{path.Name} names no 404");
                Assert.NotEqual("head", operation.Name);
            }
        }

        // A number that may also be a string is written as a list of types.
        Assert.DoesNotMatch("\"type\":\\s*\\[[^]]*\"string\"[^]]*\"(integer|number)\"", text);
        Assert.DoesNotMatch("\"type\":\\s*\\[[^]]*\"(integer|number)\"[^]]*\"string\"", text);
    }
}
