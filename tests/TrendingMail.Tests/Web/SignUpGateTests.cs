using System.Globalization;
using System.Net;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;

namespace TrendingMail.Tests.Web;

public sealed class SignUpGateTests : WebTests
{
    private readonly TemporaryFolder folder = new();

    public SignUpGateTests()
    {
        Security = new SecurityOptions { DisposableDomains = folder.Write("domains.txt", "throw.example\n") };
    }

    [Fact]
    public async Task AFormThatComesSoonerThanAPersonTypesIsAskedOnceMore()
    {
        var form = FieldsOf(await PageAsync("/")).ToDictionary();
        Clock.Advance(TimeSpan.FromMilliseconds(500));

        var page = await SubscribeAsync(HttpStatusCode.OK, form["stamp"]);

        Assert.Contains("Please press the button once more", page, StringComparison.Ordinal);
        Assert.Contains("name=\"email\" type=\"email\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"ada@example.net\"", page, StringComparison.Ordinal);
        Assert.Null(await ReaderAsync("ada@example.net"));

        // Whoever is no program presses once more.
        Clock.Advance(TimeSpan.FromSeconds(3));
        await SubscribeAsync(HttpStatusCode.Accepted, FieldsOf(page).ToDictionary()["stamp"]);
        Assert.NotNull(await ReaderAsync("ada@example.net"));
    }

    [Fact]
    public async Task AFormThatTookItsTimeIsAccepted()
    {
        var form = FieldsOf(await PageAsync("/")).ToDictionary();
        Clock.Advance(TimeSpan.FromSeconds(2));

        await SubscribeAsync(HttpStatusCode.Accepted, form["stamp"]);

        Assert.NotNull(await ReaderAsync("ada@example.net"));
    }

    [Theory]
    [InlineData("forged")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task AForgedStampIsAskedOnceMore(string stamp)
    {
        await SubscribeAsync(HttpStatusCode.OK, stamp);

        Assert.Null(await ReaderAsync("ada@example.net"));
    }

    [Fact]
    public async Task APageThatStoodOpenForWeeksIsAskedOnceMore()
    {
        var form = FieldsOf(await PageAsync("/")).ToDictionary();
        Clock.Advance(TimeSpan.FromDays(30));

        Assert.Contains("open for a long time", await SubscribeAsync(HttpStatusCode.OK, form["stamp"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStampMakesNoOtherPageForWhoHasItAlready()
    {
        using var first = await Browser.GetAsync("/", Stop);
        Clock.Advance(TimeSpan.FromMinutes(5));
        using var second = await Browser.GetAsync("/", Stop);

        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    public async Task AThrowAwayMailboxIsRefusedKindly()
    {
        var before = await EverythingAsync();

        var page = await PostAsync("/subscribe", HttpStatusCode.BadRequest, ("email", "ada@below.throw.example"));

        Assert.Contains("throw-away mailbox", page, StringComparison.Ordinal);
        Assert.Equal(before, await EverythingAsync());
    }

    [Theory]
    [InlineData("\"ada lovelace\"@example.net", "without a name, quotes, brackets or spaces")]
    [InlineData("ada(work)@example.net", "without a name, quotes, brackets or spaces")]
    [InlineData("ada@[192.0.2.1]", "a domain name instead of a number")]
    [InlineData("ada@localhost", "not a complete domain name")]
    [InlineData("ada", "looks like name@example.org")]
    public async Task ARefusedFormOfAnAddressIsToldWhatToGiveInstead(string email, string advice)
    {
        var page = await PostAsync("/subscribe", HttpStatusCode.BadRequest, ("email", email));

        Assert.Contains(advice, page, StringComparison.Ordinal);
        Assert.Contains($"value=\"{WebUtility.HtmlEncode(email)}\"", page, StringComparison.Ordinal);
    }

    public sealed class WithWork : WebTests
    {
        public WithWork()
        {
            Security = new SecurityOptions { ProofOfWorkBits = 6 };
        }

        [Fact]
        public async Task WhereTheOperatorAsksForWorkASignUpNeedsIt()
        {
            var page = await PageAsync("/");
            Assert.Contains("data-work=\"6\"", page, StringComparison.Ordinal);
            var stamp = FieldsOf(page).ToDictionary()["stamp"];
            Clock.Advance(TimeSpan.FromSeconds(3));
            var numbers = Enumerable.Range(0, 100_000).Select(n => n.ToString(CultureInfo.InvariantCulture)).ToArray();
            var wrong = numbers.First(n => !ProofOfWork.Holds(stamp, "ada@example.net", n, 6));
            var right = numbers.First(n => ProofOfWork.Holds(stamp, "ada@example.net", n, 6));

            foreach (var fields in ((string, string)[][])
                [
                    [("email", "ada@example.net")],
                    [("email", "ada@example.net"), ("stamp", stamp)],
                    [("email", "ada@example.net"), ("stamp", stamp), ("work", wrong)],
                ])
            {
                Assert.Contains("small sum", await PostAsync("/subscribe", HttpStatusCode.OK, fields), StringComparison.Ordinal);
                Assert.Null(await ReaderAsync("ada@example.net"));
            }

            await PostAsync("/subscribe", HttpStatusCode.Accepted,
                ("email", "ada@example.net"), ("stamp", stamp), ("work", right));
            Assert.NotNull(await ReaderAsync("ada@example.net"));
        }
    }

    private Task<string> SubscribeAsync(HttpStatusCode status, string stamp) =>
        PostAsync("/subscribe", status, ("email", "ada@example.net"), ("stamp", stamp), ("website", ""));
}
