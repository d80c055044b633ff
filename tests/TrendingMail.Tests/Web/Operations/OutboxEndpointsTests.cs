using System.Net;
using MimeKit;

namespace TrendingMail.Tests.Web.Operations;

public sealed class OutboxEndpointsTests : WebTests
{
    private const int ManagementPort = 5081;

    public OutboxEndpointsTests()
    {
        RemoteAddress = IPAddress.Loopback;
        LocalPort = ManagementPort;
    }

    [Fact]
    public async Task AnEmptyOutboxSaysSo() =>
        Assert.Contains("No mail yet", await PageAsync("/outbox"), StringComparison.Ordinal);

    [Fact]
    public async Task MailsAreListedAndShown()
    {
        var file = await FillAsync();

        Assert.Contains($"/outbox/{file}", await PageAsync("/outbox"), StringComparison.Ordinal);
        var page = await PageAsync($"/outbox/{file}");
        Assert.Contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click", page, StringComparison.Ordinal);
        Assert.Contains("Welcome! You are subscribed.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheHtmlOfAMailCanNeitherRunScriptsNorPostForms()
    {
        var file = await FillAsync();

        using var response = await Client.GetAsync($"/outbox/{file}/html", Stop);

        var policy = string.Join(' ', response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("sandbox ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-scripts", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
        Assert.Contains("<h1", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMailCanBeDownloaded()
    {
        var file = await FillAsync();

        using var response = await Client.GetAsync($"/outbox/{file}/eml", Stop);

        Assert.Equal("message/rfc822", response.Content.Headers.ContentType!.MediaType);
        using var message = await MimeMessage.LoadAsync(await response.Content.ReadAsStreamAsync(Stop), Stop);
        Assert.Equal("Welcome to Papers & Co", message.Subject);
    }

    [Theory]
    [InlineData("absent.eml")]
    [InlineData("..%2Fkeys.json")]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("%2Fetc%2Fpasswd")]
    public async Task OtherFilesCannotBeDownloaded(string file)
    {
        await FillAsync();

        await PageAsync($"/outbox/{file}", HttpStatusCode.NotFound);
        await PageAsync($"/outbox/{file}/eml", HttpStatusCode.NotFound);
        await PageAsync($"/outbox/{file}/html", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost", HttpStatusCode.OK)]
    [InlineData("::1", "localhost:5080", HttpStatusCode.OK)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1:5080", HttpStatusCode.OK)]
    [InlineData("::1", "[::1]:5080", HttpStatusCode.OK)]
    [InlineData("203.0.113.7", "localhost", HttpStatusCode.NotFound)]
    [InlineData("10.0.0.1", "localhost", HttpStatusCode.NotFound)]
    [InlineData(null, "localhost", HttpStatusCode.NotFound)]
    [InlineData("127.0.0.1", "papers.example.org", HttpStatusCode.NotFound)]
    [InlineData("127.0.0.1", "localhost.example.org", HttpStatusCode.NotFound)]
    public async Task TheOutboxIsOnlyAvailableOnThisMachineUnderALoopbackName(
        string? from, string host, HttpStatusCode status)
    {
        var file = await FillAsync();
        RemoteAddress = from is null ? null : IPAddress.Parse(from);

        foreach (var path in new[] { "/outbox", $"/outbox/{file}", $"/outbox/{file}/html", $"/outbox/{file}/eml" })
        {
            Assert.Equal((path, status), (path, await StatusAsync(path, ("Host", host))));
        }
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "127.0.0.1, 127.0.0.1")]
    [InlineData("X-Forwarded-For", "unknown")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("CF-Connecting-IP", "203.0.113.7")]
    public async Task TheOutboxIsNotAvailableThroughAProxy(string header, string value)
    {
        await FillAsync();

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("/outbox", (header, value)));
    }

    /// <summary>A proxy that sets no header connects from this machine, under a name of its own.</summary>
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1:5080")]
    [InlineData("localhost:5081")]
    public async Task TheOutboxIsNeverOnThePublicListener(string host)
    {
        var file = await FillAsync();
        LocalPort = 5080;

        foreach (var path in new[] { "/outbox", $"/outbox/{file}", $"/outbox/{file}/html", $"/outbox/{file}/eml" })
        {
            Assert.Equal((path, HttpStatusCode.NotFound), (path, await StatusAsync(path, ("Host", host))));
        }
    }

    [Fact]
    public async Task TheSignUpPageSaysWhereTheMailIs() => Assert.Contains("http://localhost:5081/outbox",
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net")), StringComparison.Ordinal);

    private async Task<HttpStatusCode> StatusAsync(string path, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var response = await Client.SendAsync(request, Stop);
        return response.StatusCode;
    }

    private async Task<string> FillAsync()
    {
        await AddSubscriberAsync("ada@example.net");
        await DeliverAsync();
        return Path.GetFileName(Assert.Single(Directory.EnumerateFiles(OutboxFolder)));
    }
}
