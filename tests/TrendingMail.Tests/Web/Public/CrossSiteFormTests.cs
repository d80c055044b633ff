using System.Net;
using TrendingMail.SignUp.Abuse;

namespace TrendingMail.Tests.Web.Public;

public sealed class CrossSiteFormTests : WebTests
{
    public CrossSiteFormTests() => Security = new SecurityOptions { FormOrigins = ["https://lab.example.org"] };

    [Theory]
    [InlineData("same-origin", "null", true)]
    [InlineData("none", "", true)]
    [InlineData("cross-site", "https://lab.example.org", true)]
    [InlineData("cross-site", "https://evil.example", false)]
    [InlineData("same-site", "https://other.example.org", false)]
    [InlineData("cross-site", "null", false)]
    [InlineData("cross-site", "", false)]
    [InlineData("", "", true)]
    [InlineData("", "null", true)]
    [InlineData("", "https://papers.example.org", true)]
    [InlineData("", "http://lab.example.org", false)]
    [InlineData("", "https://evil.example", false)]
    public async Task AFormOnAnotherSiteNeedsTheOperatorsPermission(string site, string origin, bool isAllowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/subscribe")
        {
            Content = new FormUrlEncodedContent([new("email", "ada@example.net")]),
        };
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
        request.Headers.TryAddWithoutValidation("Origin", origin);

        using var response = await Client.SendAsync(request, Stop);

        Assert.Equal(isAllowed ? HttpStatusCode.Accepted : HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(isAllowed ? 1 : 0, (await DeliverAsync()).Count);
    }
}
