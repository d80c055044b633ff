using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>What a new reader does, by nothing but typing and clicking.</summary>
public sealed class BrowserTests
{
    private const string Reader = "reader@example.org";

    private static readonly TimeSpan MailLimit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AReaderSubscribesConfirmsTunesAndLeaves(bool javaScript)
    {
        await using var browser = await Browser.StartAsync();
        await using var home = new ProgramHome();

        // A browser that is driven types faster than a person; only with JavaScript the page waits by itself.
        home.Settings["Security__MinimumFillSeconds"] = javaScript ? "2" : "0";
        await using var program = await home.ServeAsync();
        await home.FirstEditionAsync();
        await using var visit = await browser.VisitAsync(home.Url, new BrowserNewContextOptions
        {
            JavaScriptEnabled = javaScript,
            TimezoneId = "America/Lima",
        });
        var page = visit.Page;

        await page.GotoAsync("/");
        await Expect(page.GetByText("Get trending papers in your email inbox!")).ToBeVisibleAsync();
        await page.GetByLabel("Email address").FillAsync(Reader);
        await page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Check your inbox" })).ToBeVisibleAsync();

        await OpenMailAsync(page, home, "confirmation", "Confirm your subscription");
        await InMail(page, "Confirm subscription").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm subscription" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You are subscribed" })).ToBeVisibleAsync();
        await OpenMailAsync(page, home, "welcome", "Welcome");

        Assert.Equal(javaScript ? "America/Lima" : "UTC", (await ReaderAsync(home)).GetProperty("time_zone").GetString());

        (await home.RunAsync("digest", "send")).Well();
        await OpenMailAsync(page, home, "daily", "more papers");
        await InMail(page, "Preferences").ClickAsync();
        await page.GetByLabel("Time zone").FillAsync("Asia/Tokyo");
        await page.GetByLabel("Papers in a digest").FillAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await Expect(page.GetByLabel("Time zone")).ToHaveValueAsync("Asia/Tokyo");
        await Expect(page.GetByLabel("Papers in a digest")).ToHaveValueAsync("3");
        var reader = await ReaderAsync(home);
        Assert.Equal(("Asia/Tokyo", 3), (reader.GetProperty("time_zone").GetString(), reader.GetProperty("papers").GetInt32()));

        await page.GetByRole(AriaRole.Link, new() { Name = "Unsubscribe" }).ClickAsync();
        await Expect(page.GetByText("Asia/Tokyo")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Unsubscribe" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You are unsubscribed" })).ToBeVisibleAsync();
        Assert.Equal("unsubscribed", (await ReaderAsync(home)).GetProperty("state").GetString());
        visit.AssertNoFaults();
    }

    [Fact]
    public async Task WhoIsFasterThanAPersonIsAskedOnceMoreWithoutJavaScript()
    {
        await using var browser = await Browser.StartAsync();
        await using var home = new ProgramHome();
        home.Settings["Security__MinimumFillSeconds"] = "60";
        await using var program = await home.ServeAsync();
        await using var visit = await browser.VisitAsync(home.Url, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await visit.Page.GotoAsync("/");
        await visit.Page.GetByLabel("Email address").FillAsync(Reader);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "once more" })).ToBeVisibleAsync();
        await Expect(visit.Page.GetByLabel("Email address")).ToHaveValueAsync(Reader);
        visit.AssertNoFaults();
    }

    [Fact]
    public async Task WhereTheOperatorAsksForWorkTheBrowserDoesIt()
    {
        await using var browser = await Browser.StartAsync();
        await using var home = new ProgramHome();
        home.Settings["Security__ProofOfWorkBits"] = "8";
        await using var program = await home.ServeAsync();
        await using var visit = await browser.VisitAsync(home.Url, new BrowserNewContextOptions());

        await visit.Page.GotoAsync("/");
        await visit.Page.GetByLabel("Email address").FillAsync(Reader);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Check your inbox" })).ToBeVisibleAsync();
        await Until.TrueAsync("the confirmation is in the outbox", MailLimit,
            () => Directory.Exists(home.Outbox) && Directory.GetFiles(home.Outbox, "confirmation-*.eml").Length > 0);
        visit.AssertNoFaults();
    }

    /// <summary>Goes to the outbox and clicks a mail's subject.</summary>
    /// <param name="messageId">How the Message-ID begins, which is the file's name too.</param>
    private static async Task OpenMailAsync(IPage page, ProgramHome home, string messageId, string subject)
    {
        await Until.TrueAsync($"the mail {messageId} is in the outbox", MailLimit,
            () => Directory.Exists(home.Outbox) && Directory.GetFiles(home.Outbox, $"{messageId}-*.eml").Length > 0);
        await page.GotoAsync("/outbox");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex(subject) }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, NameRegex = new Regex(subject) })).ToBeVisibleAsync();
    }

    private static ILocator InMail(IPage page, string link) =>
        page.FrameLocator("iframe.mail").GetByRole(AriaRole.Link, new() { Name = link, Exact = true });

    private static async Task<JsonElement> ReaderAsync(ProgramHome home) =>
        (await home.JsonAsync("subscribers", "show", Reader)).GetProperty("subscriber");
}
