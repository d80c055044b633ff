using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using TrendingMail.Links;
using TrendingMail.Tests.Papers;

namespace TrendingMail.Tests.Web;

public sealed class AbortedRequestTests : WebTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/search?q=robot")]
    [InlineData("/feed.json?q=robot")]
    [InlineData("/api/v1/papers?q=robot")]
    [InlineData("/api/v1/suggestions?q=rob")]
    public async Task APageIsNotMadeForAClientThatHasLeft(string path)
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001", day: Today));

        await AssertEndsAsync("GET", path, "");
    }

    [Fact]
    public async Task ASignUpIsNotProcessedForAClientThatHasLeft()
    {
        await AssertEndsAsync("POST", "/subscribe", "email=ada@example.net");

        Assert.Empty(await DeliverAsync());
    }

    [Fact]
    public async Task PreferencesAreNotSavedForAClientThatHasLeft()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var before = await DumpDatabaseAsync();

        await AssertEndsAsync("POST", Link(subscriber, LinkPurpose.Preferences), "papers=3");

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    /// <summary>The pipeline ends with an exception, or quietly while it reads a form.</summary>
    private async Task AssertEndsAsync(string method, string path, string form)
    {
        try
        {
            using var answer = new StreamReader((await SendAsync(method, path, form)).Response.Body);
            Assert.Equal("", await answer.ReadToEndAsync(Stop));
        }
        catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
        {
        }
    }

    private Task<HttpContext> SendAsync(string method, string path, string form)
    {
        var url = new Uri(PublicUrl, path);
        return Assert.IsType<TestServer>(Get<IServer>()).SendAsync(context =>
        {
            context.Request.Method = method;
            context.Request.Scheme = url.Scheme;
            context.Request.Host = new HostString(url.Host);
            context.Request.Path = url.AbsolutePath;
            context.Request.QueryString = new QueryString(url.Query);
            context.Request.ContentType = form.Length > 0 ? "application/x-www-form-urlencoded" : null;
            context.Request.ContentLength = form.Length;
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(form));
            context.RequestAborted = new CancellationToken(canceled: true);
        }, Stop);
    }
}
