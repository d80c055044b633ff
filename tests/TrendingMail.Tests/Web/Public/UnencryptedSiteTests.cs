namespace TrendingMail.Tests.Web.Public;

/// <summary>A site that is public under http.</summary>
public sealed class UnencryptedSiteTests : WebTests
{
    public UnencryptedSiteTests() => PublicUrl = new Uri("http://papers.example.org");

    [Fact]
    public async Task BrowsersAreNotAskedToUseHttps()
    {
        using var response = await Client.GetAsync("/healthz/live", Stop);

        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }
}
