using System.Globalization;
using System.Net;
using TrendingMail.SignUp.Abuse;

namespace TrendingMail.Tests.Web.Public;

public sealed class AutomationCheckTests : WebTests
{
    private readonly TemporaryFolder folder = new();

    public AutomationCheckTests()
    {
        Security = new SecurityOptions { DisposableDomains = folder.Write("domains.txt", "throw.example\n") };
    }

    [Fact]
    public async Task AFormSubmittedTooFastIsShownAgain()
    {
        var form = GetHiddenFields(await PageAsync("/")).ToDictionary();
        Clock.Advance(TimeSpan.FromMilliseconds(500));

        var page = await SubscribeAsync(HttpStatusCode.OK, form["form_token"]);

        Assert.Contains("Please press the button again", page, StringComparison.Ordinal);
        Assert.Contains("name=\"email\" type=\"email\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"ada@example.net\"", page, StringComparison.Ordinal);
        Assert.Null(await FindSubscriberAsync("ada@example.net"));

        // A person presses the button again.
        Clock.Advance(TimeSpan.FromSeconds(3));
        await SubscribeAsync(HttpStatusCode.Accepted, GetHiddenFields(page).ToDictionary()["form_token"]);
        Assert.NotNull(await FindSubscriberAsync("ada@example.net"));
    }

    [Fact]
    public async Task AFormSubmittedAfterTheMinimumTimeIsAccepted()
    {
        var form = GetHiddenFields(await PageAsync("/")).ToDictionary();
        Clock.Advance(TimeSpan.FromSeconds(2));

        await SubscribeAsync(HttpStatusCode.Accepted, form["form_token"]);

        Assert.NotNull(await FindSubscriberAsync("ada@example.net"));
    }

    [Theory]
    [InlineData("forged")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task AFormWithAForgedTokenIsShownAgain(string token)
    {
        await SubscribeAsync(HttpStatusCode.OK, token);

        Assert.Null(await FindSubscriberAsync("ada@example.net"));
    }

    [Fact]
    public async Task AFormWithAnExpiredTokenIsShownAgain()
    {
        var form = GetHiddenFields(await PageAsync("/")).ToDictionary();
        Clock.Advance(TimeSpan.FromDays(30));

        Assert.Contains(
            "open for too long", await SubscribeAsync(HttpStatusCode.OK, form["form_token"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFormTokenDoesNotChangeTheEntityTag()
    {
        using var first = await Client.GetAsync("/", Stop);
        Clock.Advance(TimeSpan.FromMinutes(5));
        using var second = await Client.GetAsync("/", Stop);

        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    public async Task ADisposableMailboxIsRejected()
    {
        var before = await DumpDatabaseAsync();

        var page = await PostAsync("/subscribe", HttpStatusCode.BadRequest, ("email", "ada@below.throw.example"));

        Assert.Contains("disposable mailbox", page, StringComparison.Ordinal);
        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Theory]
    [InlineData("\"ada lovelace\"@example.net", "without a name, quotes, brackets or spaces")]
    [InlineData("ada(work)@example.net", "without a name, quotes, brackets or spaces")]
    [InlineData("ada@[192.0.2.1]", "a domain name instead of an IP address")]
    [InlineData("ada@localhost", "not a complete domain name")]
    [InlineData("ada", "looks like name@example.org")]
    public async Task ARejectedAddressComesWithAdvice(string email, string advice)
    {
        var page = await PostAsync("/subscribe", HttpStatusCode.BadRequest, ("email", email));

        Assert.Contains(advice, page, StringComparison.Ordinal);
        Assert.Contains($"value=\"{WebUtility.HtmlEncode(email)}\"", page, StringComparison.Ordinal);
    }

    public sealed class WithProofOfWork : WebTests
    {
        public WithProofOfWork()
        {
            Security = new SecurityOptions { ProofOfWorkBits = 6 };
        }

        [Fact]
        public async Task ASignUpNeedsAProofOfWorkIfRequired()
        {
            var page = await PageAsync("/");
            Assert.Contains("data-work=\"6\"", page, StringComparison.Ordinal);
            var token = GetHiddenFields(page).ToDictionary()["form_token"];
            Clock.Advance(TimeSpan.FromSeconds(3));
            var numbers = Enumerable.Range(0, 100_000).Select(n => n.ToString(CultureInfo.InvariantCulture)).ToArray();
            var wrong = numbers.First(n => !ProofOfWork.IsValid(token, "ada@example.net", n, 6));
            var right = numbers.First(n => ProofOfWork.IsValid(token, "ada@example.net", n, 6));

            foreach (var fields in ((string, string)[][])
                [
                    [("email", "ada@example.net")],
                    [("email", "ada@example.net"), ("form_token", token)],
                    [("email", "ada@example.net"), ("form_token", token), ("proof_of_work", wrong)],
                ])
            {
                Assert.Contains("JavaScript and takes a moment",
                    await PostAsync("/subscribe", HttpStatusCode.OK, fields), StringComparison.Ordinal);
                Assert.Null(await FindSubscriberAsync("ada@example.net"));
            }

            await PostAsync("/subscribe", HttpStatusCode.Accepted,
                ("email", "ada@example.net"), ("form_token", token), ("proof_of_work", right));
            Assert.NotNull(await FindSubscriberAsync("ada@example.net"));
        }
    }

    private Task<string> SubscribeAsync(HttpStatusCode status, string token) =>
        PostAsync("/subscribe", status, ("email", "ada@example.net"), ("form_token", token), ("website", ""));
}
