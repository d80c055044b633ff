using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using TrendingMail.Papers.Http;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Http;

public abstract class WebReaderTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private HttpMemory Memory => new(Database, Clock);

    [Fact]
    public async Task AnAnswerIsReadAndWeSayWhoWeAre()
    {
        await using var server = await LocalServer.StartAsync(http => http.Response.WriteAsync("hello"));

        Assert.Equal("hello", Text(await GetAsync(server)));

        var (path, headers, _) = Assert.Single(server.Asked);
        Assert.Equal("/papers", path);
        Assert.Equal(LocalServer.Manners.UserAgent, headers.UserAgent.ToString());
        Assert.Contains("gzip", headers.AcceptEncoding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task APackedAnswerIsUnpacked()
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
        Assert.Equal(["/papers", "/moved"], server.Asked.Select(asked => asked.Path));
    }

    [Theory]
    [InlineData("https://{0}/", "redirects from http to https, which is not followed")]
    [InlineData("ftp://{0}/", "redirects from http to ftp, which is not followed")]
    [InlineData("http://127.0.0.1:1/", "redirects to 127.0.0.1, which is no public address")]
    [InlineData("http://localhost:1/", "redirects to localhost, which is no public address")]
    [InlineData("http://10.1.2.3/", "redirects to 10.1.2.3, which is no public address")]
    [InlineData("http://169.254.169.254/latest/meta-data/", "redirects to 169.254.169.254, which is no public address")]
    [InlineData("http://[::ffff:192.168.0.1]/", "no public address")]
    [InlineData("http://[fe80::1]/", "no public address")]
    [InlineData("http://0x7f000001/", "no public address")]
    public async Task ARedirectElsewhereIsRefused(string location, string fault)
    {
        await using var server = await LocalServer.StartAsync(http =>
        {
            http.Response.Redirect(string.Format(null, location, http.Request.Host));
            return Task.CompletedTask;
        });

        Assert.Contains(fault, await FaultAsync(server), StringComparison.Ordinal);
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task ANameThatResolvesToAPrivateAddressIsNotConnectedTo()
    {
        await using var server = await LocalServer.StartAsync(http => http.Response.WriteAsync("secret"));
        var home = new Uri("http://papers.example.org/");
        var target = new Uri($"http://localhost:{server.Url.Port}/");
        var reader = new WebReader(server.Client(home: home), home, null, Clock);

        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => reader.GetAsync(target, "it", Stop));

        Assert.Contains("papers.example.org redirects to localhost, which is no public address", fault.Message, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task AnEndlessRedirectIsLeft()
    {
        await using var server = await LocalServer.StartAsync((http, number) =>
        {
            http.Response.Redirect($"/{number}");
            return Task.CompletedTask;
        });

        Assert.Contains("redirects more than 5 times", await FaultAsync(server), StringComparison.Ordinal);
        Assert.Equal(6, server.Asked.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task AFaultThatPassesIsAskedAgain(int status)
    {
        await using var server = await LocalServer.StartAsync((http, number) =>
        {
            http.Response.StatusCode = number < 3 ? status : 200;
            return http.Response.WriteAsync("at last");
        });

        Assert.Equal("at last", Text(await GetAsync(server)));
        Assert.Equal(3, server.Asked.Count);
    }

    [Fact]
    public async Task AFaultThatStaysIsToldWithItsSubject()
    {
        await using var server = await LocalServer.StartAsync(http =>
        {
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

        Assert.Equal($"{server.Url.Authority} answered HTTP 404 for it", await FaultAsync(server));
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task AShortRetryAfterIsWaitedFor()
    {
        await using var server = await LocalServer.StartAsync((http, number) =>
        {
            http.Response.StatusCode = number == 1 ? 503 : 200;
            http.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        });

        await GetAsync(server);

        var times = server.Asked.Select(asked => asked.At).ToArray();
        Assert.True(times[1] - times[0] > TimeSpan.FromSeconds(0.9), $"waited {times[1] - times[0]}");
    }

    [Fact]
    public async Task AfterALongRetryAfterTheServerIsLeftAloneUntilThen()
    {
        var status = 429;
        await using var server = await LocalServer.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        });

        Assert.Equal($"{server.Url.Authority} answered HTTP 429 for it and asks to wait until 2026-11-23 09:00 UTC",
            await FaultAsync(server));
        Assert.Equal($"{server.Url.Authority} asked not to be asked before 2026-11-23 09:00 UTC", await FaultAsync(server));
        Assert.Single(server.Asked);

        Clock.Advance(TimeSpan.FromMinutes(61));
        status = 200;
        await GetAsync(server);
        Assert.Equal(2, server.Asked.Count);
    }

    [Fact]
    public async Task WhatDidNotChangeIsNotSentAgain()
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
            HttpMemory.RememberAsync(session, [first.Validator(entries: 50)!], Clock.GetUtcNow()), Stop);

        var again = await GetAsync(server);
        Assert.Null(again.Body);
        Assert.Equal(50, again.Known!.Entries);
        Assert.Equal("Mon, 23 Nov 2026 07:00:00 GMT", server.Asked.Last().Headers.IfModifiedSince.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnAnswerThatIsTooLargeIsRefusedWhetherItTellsItsSizeOrNot(bool tellsSize)
    {
        await using var server = await LocalServer.StartAsync(async http =>
        {
            http.Response.ContentLength = tellsSize ? 3000 : null;
            for (var i = 0; i < 3; i++)
            {
                await http.Response.WriteAsync(new string('x', 1000));
            }
        });

        Assert.Contains("sent more than 2000 bytes", await FaultAsync(server, Small), StringComparison.Ordinal);
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task APackedAnswerIsMeasuredUnpacked()
    {
        await using var server = await LocalServer.StartAsync(http => GzipAsync(http, new byte[1_000_000]));

        Assert.Contains("sent more than 2000 bytes", await FaultAsync(server, Small), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task AnAnswerThatCannotBeUnpackedIsNoDefectOfOurs(string packing)
    {
        await using var server = await LocalServer.StartAsync(http =>
        {
            http.Response.Headers.ContentEncoding = packing;
            return http.Response.WriteAsync("this was never packed, whatever the server says");
        });

        Assert.Contains("cannot be reached", await FaultAsync(server), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("http://[::bad/")]
    [InlineData("//")]
    [InlineData("http://:80/")]
    public async Task ARedirectToNowhereIsNoDefectOfOurs(string location)
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
    public async Task AnAnswerThatBreaksOffIsAskedForAgain()
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
    public async Task AServerThatDoesNotAnswerIsLeft()
    {
        await using var server = await LocalServer.StartAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));

        Assert.Equal($"{server.Url.Authority} did not answer in time", await FaultAsync(
            server, LocalServer.Manners with { AttemptTimeout = TimeSpan.FromMilliseconds(500), Retries = 1 }));
        Assert.Equal(2, server.Asked.Count);
    }

    [Fact]
    public async Task EachRepetitionWaitsForItsTurn()
    {
        await using var server = await LocalServer.StartAsync((http, number) =>
        {
            http.Response.StatusCode = number < 3 ? 503 : 200;
            return Task.CompletedTask;
        });

        await GetAsync(server, LocalServer.Manners with { Service = "arxiv", Pause = TimeSpan.FromMilliseconds(300) });

        var times = server.Asked.Select(asked => asked.At).ToArray();
        Assert.True(times[1] - times[0] > TimeSpan.FromMilliseconds(250), $"waited {times[1] - times[0]}");
        Assert.True(times[2] - times[1] > TimeSpan.FromMilliseconds(250), $"waited {times[2] - times[1]}");
    }

    private static ClientManners Small => LocalServer.Manners with { MaximumBody = 2000 };

    private Task<WebAnswer> GetAsync(LocalServer server, ClientManners? manners = null) =>
        new WebReader(server.Client(manners, database: Database), server.Url, Memory, Clock)
            .GetAsync(new Uri(server.Url, "/papers"), "it", Stop);

    private async Task<string> FaultAsync(LocalServer server, ClientManners? manners = null) =>
        (await Assert.ThrowsAsync<TrendingMailException>(() => GetAsync(server, manners))).Message;

    private static string Text(WebAnswer answer) => Encoding.UTF8.GetString(answer.Body!);

    private static async Task GzipAsync(HttpContext http, byte[] body)
    {
        http.Response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
        await gzip.WriteAsync(body);
    }
}

public sealed class WebReaderOnSqlite() : WebReaderTests(new SqliteFixture());

public sealed class WebReaderOnPostgreSql() : WebReaderTests(new PostgreSqlFixture());
