using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using TrendingMail.Papers.Sources.Http;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Sources.Http;

public abstract class SourceHttpClientTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private HttpCacheStore Cache => new(Database, Clock);

    [Fact]
    public async Task TheUserAgentIsSentAndTheResponseRead()
    {
        await using var server = await LocalServer.StartAsync(http => http.Response.WriteAsync("hello"));

        Assert.Equal("hello", Text(await GetAsync(server)));

        var (path, headers, _) = Assert.Single(server.Requests);
        Assert.Equal("/papers", path);
        Assert.Equal(LocalServer.Policy.UserAgent, headers.UserAgent.ToString());
        Assert.Contains("gzip", headers.AcceptEncoding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACompressedResponseIsDecompressed()
    {
        await using var server = await LocalServer.StartAsync(http => GzipAsync(http, "packed"u8.ToArray()));

        Assert.Equal("packed", Text(await GetAsync(server)));
    }

    [Fact]
    public async Task ARedirectOnTheSameServerIsFollowed()
    {
        await using var server = await LocalServer.StartAsync(http =>
        {
            if (http.Request.Path == "/papers")
            {
                http.Response.Redirect("/moved");
            }

            return http.Response.WriteAsync("there");
        });

        Assert.Equal("there", Text(await GetAsync(server)));
        Assert.Equal(["/papers", "/moved"], server.Requests.Select(request => request.Path));
    }

    [Theory]
    [InlineData("https://{0}/", "redirects from http to https; redirect rejected")]
    [InlineData("ftp://{0}/", "redirects from http to ftp; redirect rejected")]
    [InlineData("http://127.0.0.1:1/", "redirects to 127.0.0.1, which is not a public address")]
    [InlineData("http://localhost:1/", "redirects to localhost, which is not a public address")]
    [InlineData("http://10.1.2.3/", "redirects to 10.1.2.3, which is not a public address")]
    [InlineData("http://169.254.169.254/latest/meta-data/",
        "redirects to 169.254.169.254, which is not a public address")]
    [InlineData("http://[::ffff:192.168.0.1]/", "not a public address")]
    [InlineData("http://[fe80::1]/", "not a public address")]
    [InlineData("http://0x7f000001/", "not a public address")]
    public async Task ARedirectToAnotherSchemeOrAPrivateAddressIsRejected(string location, string fault)
    {
        await using var server = await LocalServer.StartAsync(http =>
        {
            http.Response.Redirect(string.Format(null, location, http.Request.Host));
            return Task.CompletedTask;
        });

        Assert.Contains(fault, await FaultAsync(server), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task ANameThatResolvesToAPrivateAddressIsNotConnectedTo()
    {
        await using var server = await LocalServer.StartAsync(http => http.Response.WriteAsync("secret"));
        var home = new Uri("http://papers.example.org/");
        var target = new Uri($"http://localhost:{server.Url.Port}/");
        var client = new SourceHttpClient(server.CreateClient(home: home), home, null, Clock);

        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => client.GetAsync(target, "it", Stop));

        Assert.Contains("papers.example.org redirects to localhost, which is not a public address", fault.Message,
            StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task ARedirectLoopFails()
    {
        await using var server = await LocalServer.StartAsync((http, number) =>
        {
            http.Response.Redirect($"/{number}");
            return Task.CompletedTask;
        });

        Assert.Contains("redirected more than 5 times", await FaultAsync(server), StringComparison.Ordinal);
        Assert.Equal(6, server.Requests.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task ATransientErrorIsRetried(int status)
    {
        await using var server = await LocalServer.StartAsync((http, number) =>
        {
            http.Response.StatusCode = number < 3 ? status : 200;
            return http.Response.WriteAsync("at last");
        });

        Assert.Equal("at last", Text(await GetAsync(server)));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task APermanentErrorNamesTheSubject()
    {
        await using var server = await LocalServer.StartAsync(http =>
        {
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

        Assert.Equal($"{server.Url.Authority} returned HTTP 404 for it", await FaultAsync(server));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task AShortRetryAfterDelaysTheRetry()
    {
        await using var server = await LocalServer.StartAsync((http, number) =>
        {
            http.Response.StatusCode = number == 1 ? 503 : 200;
            http.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        });

        await GetAsync(server);

        var times = server.Requests.Select(request => request.At).ToArray();
        Assert.True(times[1] - times[0] > TimeSpan.FromSeconds(0.9), $"waited {times[1] - times[0]}");
    }

    [Fact]
    public async Task ALongRetryAfterPausesTheHost()
    {
        var status = 429;
        await using var server = await LocalServer.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        });

        Assert.Equal($"{server.Url.Authority} returned HTTP 429 for it; retry after 2026-11-23 09:00 UTC",
            await FaultAsync(server));
        Assert.Equal($"{server.Url.Authority} accepts no requests before 2026-11-23 09:00 UTC (Retry-After)",
            await FaultAsync(server));
        Assert.Single(server.Requests);

        Clock.Advance(TimeSpan.FromMinutes(61));
        status = 200;
        await GetAsync(server);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task UnchangedContentIsNotSentAgain()
    {
        await using var server = await LocalServer.StartAsync(http =>
        {
            http.Response.Headers.ETag = "W/\"seven\"";
            http.Response.Headers.LastModified = "Mon, 23 Nov 2026 07:00:00 GMT";
            if (http.Request.Headers.IfNoneMatch == "W/\"seven\"")
            {
                http.Response.StatusCode = 304;
                return Task.CompletedTask;
            }

            return http.Response.WriteAsync("papers");
        });

        var first = await GetAsync(server);
        Assert.NotNull((await GetAsync(server)).Body);
        await Database.WriteAsync(session =>
            HttpCacheStore.SaveValidatorsAsync(session, [first.CreateValidator(entries: 50)!], Clock.GetUtcNow()),
            Stop);

        var again = await GetAsync(server);
        Assert.Null(again.Body);
        Assert.Equal(50, again.PreviousValidator!.Entries);
        Assert.Equal("Mon, 23 Nov 2026 07:00:00 GMT", server.Requests.Last().Headers.IfModifiedSince.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnOversizedResponseIsRejectedWithAndWithoutContentLength(bool hasContentLength)
    {
        await using var server = await LocalServer.StartAsync(async http =>
        {
            http.Response.ContentLength = hasContentLength ? 3000 : null;
            for (var i = 0; i < 3; i++)
            {
                await http.Response.WriteAsync(new string('x', 1000));
            }
        });

        Assert.Contains("sent more than 2000 bytes", await FaultAsync(server, SmallBodies), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task TheSizeLimitAppliesAfterDecompression()
    {
        await using var server = await LocalServer.StartAsync(http => GzipAsync(http, new byte[1_000_000]));

        Assert.Contains("sent more than 2000 bytes", await FaultAsync(server, SmallBodies), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task CorruptCompressedContentIsReportedAsAConnectionFailure(string encoding)
    {
        await using var server = await LocalServer.StartAsync(http =>
        {
            http.Response.Headers.ContentEncoding = encoding;
            return http.Response.WriteAsync("this is not compressed, whatever the header says");
        });

        Assert.Contains("cannot be reached", await FaultAsync(server), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("http://[::bad/")]
    [InlineData("//")]
    [InlineData("http://:80/")]
    public async Task ARedirectToAnInvalidUrlFailsGracefully(string location)
    {
        await using var server = await LocalServer.StartAsync(http =>
        {
            http.Response.StatusCode = 302;
            http.Response.Headers.Location = location;
            return Task.CompletedTask;
        });

        Assert.NotEmpty(await FaultAsync(server));
    }

    [Fact]
    public async Task ATruncatedResponseIsRetried()
    {
        await using var server = await LocalServer.StartAsync(async (http, number) =>
        {
            http.Response.ContentLength = 10;
            await http.Response.WriteAsync("01234");
            if (number == 1)
            {
                await http.Response.Body.FlushAsync();
                http.Abort();
                return;
            }

            await http.Response.WriteAsync("56789");
        });

        Assert.Equal("0123456789", Text(await GetAsync(server)));
    }

    [Fact]
    public async Task AServerThatDoesNotRespondTimesOut()
    {
        await using var server = await LocalServer.StartAsync(
            http => Task.Delay(Timeout.Infinite, http.RequestAborted));

        Assert.Equal($"{server.Url.Authority} timed out", await FaultAsync(
            server, LocalServer.Policy with { AttemptTimeout = TimeSpan.FromMilliseconds(500), Retries = 1 }));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task EachRetryWaitsForThePermit()
    {
        await using var server = await LocalServer.StartAsync((http, number) =>
        {
            http.Response.StatusCode = number < 3 ? 503 : 200;
            return Task.CompletedTask;
        });

        await GetAsync(server, LocalServer.Policy with { Service = "arxiv", Pause = TimeSpan.FromMilliseconds(300) });

        var times = server.Requests.Select(request => request.At).ToArray();
        Assert.True(times[1] - times[0] > TimeSpan.FromMilliseconds(250), $"waited {times[1] - times[0]}");
        Assert.True(times[2] - times[1] > TimeSpan.FromMilliseconds(250), $"waited {times[2] - times[1]}");
    }

    private static HttpClientPolicy SmallBodies => LocalServer.Policy with { MaximumBodyBytes = 2000 };

    private Task<SourceHttpResponse> GetAsync(LocalServer server, HttpClientPolicy? policy = null) =>
        new SourceHttpClient(server.CreateClient(policy, database: Database), server.Url, Cache, Clock)
            .GetAsync(new Uri(server.Url, "/papers"), "it", Stop);

    private async Task<string> FaultAsync(LocalServer server, HttpClientPolicy? policy = null) =>
        (await Assert.ThrowsAsync<TrendingMailException>(() => GetAsync(server, policy))).Message;

    private static string Text(SourceHttpResponse response) => Encoding.UTF8.GetString(response.Body!);

    private static async Task GzipAsync(HttpContext http, byte[] body)
    {
        http.Response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
        await gzip.WriteAsync(body);
    }
}

public sealed class SourceHttpClientOnSqlite() : SourceHttpClientTests(new SqliteFixture());

public sealed class SourceHttpClientOnPostgreSql() : SourceHttpClientTests(new PostgreSqlFixture());
