using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web;

public abstract class SubscribeApiTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Fact]
    public async Task SubscribingByProgramIsConfirmedLikeAnyOther()
    {
        var answer = await PostAsync(HttpStatusCode.Accepted, new { email = "ada@example.net", time_zone = "Asia/Tokyo", papers = 3 });

        Assert.Equal(JsonValueKind.Null, answer.GetProperty("did_you_mean").ValueKind);
        var mail = Assert.Single(await MailsAsync());
        Assert.Contains("/confirm/", mail.TextBody, StringComparison.Ordinal);
        var reader = (await ReaderAsync("ada@example.net"))!;
        Assert.Equal((SubscriberState.Pending, "Asia/Tokyo", 3),
            (reader.State, reader.Preferences.TimeZone, reader.Preferences.Papers));
        Assert.Equal("api", Assert.Single(await Get<SubscriberStore>().ConsentHistoryAsync(reader.Id, Stop)).Origin);
    }

    [Fact]
    public async Task TheAnswerIsTheSameForEveryAddress()
    {
        await AddReaderAsync("ada@example.net");

        var known = await PostAsync(HttpStatusCode.Accepted, new { email = "ada@example.net" });
        var unknown = await PostAsync(HttpStatusCode.Accepted, new { email = "bo@example.net" });

        Assert.Equal(known.ToString(), unknown.ToString());
    }

    [Fact]
    public async Task ALookAlikeDomainIsTold()
    {
        var answer = await PostAsync(HttpStatusCode.Accepted, new { email = "ada@gmial.com" });

        Assert.Equal("ada@gmail.com", answer.GetProperty("did_you_mean").GetString());
    }

    [Fact]
    public async Task EachWrongFieldIsToldAndNothingChanges()
    {
        var before = await EverythingAsync();

        var address = await PostAsync(HttpStatusCode.BadRequest, new { email = "nobody" });
        var fields = await PostAsync(HttpStatusCode.BadRequest,
            new { email = "ada@example.net", papers = 99, time = "soon", time_zone = "Mars/Olympus", frequency = "hourly" });

        Assert.Equal(["email"], Errors(address));
        Assert.Equal(["frequency", "papers", "time", "time_zone"], Errors(fields).Order());
        Assert.Equal(before, await EverythingAsync());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"email\": 7}")]
    public async Task WhatIsNoSignUpIsRefused(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Browser.PostAsync("/api/v1/subscribers", content, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task TheDocumentTellsOfIt()
    {
        using var document = JsonDocument.Parse(await PageAsync("/openapi/v1.json"));

        Assert.True(document.RootElement.GetProperty("paths").GetProperty("/api/v1/subscribers").TryGetProperty("post", out _));
    }

    private async Task<JsonElement> PostAsync(HttpStatusCode status, object wish)
    {
        using var response = await Browser.PostAsJsonAsync("/api/v1/subscribers", wish, Stop);
        Assert.Equal(status, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private static IEnumerable<string> Errors(JsonElement problem) =>
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name);
}

public sealed class SubscribeApiOnSqlite() : SubscribeApiTests(null);

public sealed class SubscribeApiOnPostgreSql() : SubscribeApiTests(new PostgreSqlFixture());
