using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Api;

public abstract class SubscribeApiTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Fact]
    public async Task AnApiSignUpNeedsConfirmation()
    {
        var answer = await PostAsync(
            HttpStatusCode.Accepted, new { email = "ada@example.net", time_zone = "Asia/Tokyo", papers = 3 });

        Assert.Equal(JsonValueKind.Null, answer.GetProperty("did_you_mean").ValueKind);
        var mail = Assert.Single(await DeliverAsync());
        Assert.Contains("/confirm/", mail.TextBody, StringComparison.Ordinal);
        var subscriber = (await FindSubscriberAsync("ada@example.net"))!;
        Assert.Equal((SubscriberState.Pending, "Asia/Tokyo", 3),
            (subscriber.State, subscriber.Preferences.TimeZone, subscriber.Preferences.Papers));
        Assert.Equal(
            "api", Assert.Single(await Get<SubscriberStore>().ListConsentEventsAsync(subscriber.Id, Stop)).Origin);
    }

    [Fact]
    public async Task TheResponseIsTheSameForEveryAddress()
    {
        await AddSubscriberAsync("ada@example.net");

        var known = await PostAsync(HttpStatusCode.Accepted, new { email = "ada@example.net" });
        var unknown = await PostAsync(HttpStatusCode.Accepted, new { email = "bo@example.net" });

        Assert.Equal(known.ToString(), unknown.ToString());
    }

    [Fact]
    public async Task AMisspelledDomainIsReported()
    {
        var answer = await PostAsync(HttpStatusCode.Accepted, new { email = "ada@gmial.com" });

        Assert.Equal("ada@gmail.com", answer.GetProperty("did_you_mean").GetString());
    }

    [Fact]
    public async Task EveryInvalidFieldIsReportedAndNothingChanges()
    {
        var before = await DumpDatabaseAsync();

        var address = await PostAsync(HttpStatusCode.BadRequest, new { email = "nobody" });
        var fields = await PostAsync(HttpStatusCode.BadRequest,
            new
            {
                email = "ada@example.net", papers = 99, time = "soon", time_zone = "Mars/Olympus",
                frequency = "hourly"
            });

        Assert.Equal(["email"], Errors(address));
        Assert.Equal(["frequency", "papers", "time", "time_zone"], Errors(fields).Order());
        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task ASharedMailboxHasToBeConfirmed()
    {
        var problem = await PostAsync(HttpStatusCode.BadRequest, new { email = "support@example.net" });
        Assert.Equal(["email"], Errors(problem));
        Assert.Null(await FindSubscriberAsync("support@example.net"));

        await PostAsync(HttpStatusCode.Accepted, new { email = "support@example.net", shared_mailbox = true });

        Assert.NotNull(await FindSubscriberAsync("support@example.net"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"email\": 7}")]
    public async Task AnInvalidBodyIsRejected(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync("/api/v1/subscribers", content, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task TheOpenApiDocumentIncludesIt()
    {
        using var document = JsonDocument.Parse(await PageAsync("/openapi/v1.json"));

        Assert.True(document.RootElement.GetProperty("paths").GetProperty("/api/v1/subscribers")
            .TryGetProperty("post", out _));
    }

    private async Task<JsonElement> PostAsync(HttpStatusCode status, object body)
    {
        using var response = await Client.PostAsJsonAsync("/api/v1/subscribers", body, Stop);
        Assert.Equal(status, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private static IEnumerable<string> Errors(JsonElement problem) =>
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name);
}

public sealed class SubscribeApiOnSqlite() : SubscribeApiTests(null);

public sealed class SubscribeApiOnPostgreSql() : SubscribeApiTests(new PostgreSqlFixture());
