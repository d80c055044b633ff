using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>A new subscriber's first steps in the browser.</summary>
public sealed class BrowserTests
{
    private const string SubscriberAddress = "reader@example.org";

    private static readonly TimeSpan MailTimeout = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ASubscriberSignsUpConfirmsChangesPreferencesAndUnsubscribes(bool javaScript)
    {
        await using var browser = await Browser.StartAsync();
        await using var app = new TestApp();

        // Automation types faster than a person. Only with JavaScript does the page delay the submission.
        app.Settings["Security__MinimumFillSeconds"] = javaScript ? "2" : "0";
        await using var program = await app.ServeAsync();
        await app.WaitForFirstEditionAsync();
        await using var visit = await browser.VisitAsync(app.Url, new BrowserNewContextOptions
        {
            JavaScriptEnabled = javaScript,
            TimezoneId = "America/Lima",
        });
        var page = visit.Page;

        await page.GotoAsync("/");
        await Expect(page.GetByText("Get trending papers in your email inbox!")).ToBeVisibleAsync();
        await page.GetByLabel("Email address").FillAsync(SubscriberAddress);
        await page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Check your inbox" })).ToBeVisibleAsync();

        await OpenMailAsync(page, app, "confirmation", "Confirm your subscription");
        await InMail(page, "Confirm subscription").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm subscription" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You are subscribed" })).ToBeVisibleAsync();
        await OpenMailAsync(page, app, "welcome", "Welcome");

        Assert.Equal(
            javaScript ? "America/Lima" : "UTC", (await ShowSubscriberAsync(app)).GetProperty("time_zone").GetString());

        (await app.RunAsync("digest", "send")).EnsureSuccess();
        await OpenMailAsync(page, app, "daily", "more papers");
        await InMail(page, "Preferences").ClickAsync();
        await page.GetByLabel("Time zone").FillAsync("Asia/Tokyo");
        await page.GetByLabel("Papers per digest").FillAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await Expect(page.GetByLabel("Time zone")).ToHaveValueAsync("Asia/Tokyo");
        await Expect(page.GetByLabel("Papers per digest")).ToHaveValueAsync("3");
        var subscriber = await ShowSubscriberAsync(app);
        Assert.Equal(("Asia/Tokyo", 3),
            (subscriber.GetProperty("time_zone").GetString(), subscriber.GetProperty("papers").GetInt32()));

        await page.GetByRole(AriaRole.Link, new() { Name = "Unsubscribe" }).ClickAsync();
        await Expect(page.GetByText("Asia/Tokyo")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Unsubscribe" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You are unsubscribed" })).ToBeVisibleAsync();
        Assert.Equal("unsubscribed", (await ShowSubscriberAsync(app)).GetProperty("state").GetString());
        visit.AssertNoFaults();
    }

    [Fact]
    public async Task AFormSubmittedTooFastIsShownAgainWithoutJavaScript()
    {
        await using var browser = await Browser.StartAsync();
        await using var app = new TestApp();
        app.Settings["Security__MinimumFillSeconds"] = "60";
        await using var program = await app.ServeAsync();
        await using var visit = await browser.VisitAsync(
            app.Url, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await visit.Page.GotoAsync("/");
        await visit.Page.GetByLabel("Email address").FillAsync(SubscriberAddress);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "press the button again" }))
            .ToBeVisibleAsync();
        await Expect(visit.Page.GetByLabel("Email address")).ToHaveValueAsync(SubscriberAddress);
        visit.AssertNoFaults();
    }

    [Fact]
    public async Task TheBrowserComputesTheProofOfWork()
    {
        await using var browser = await Browser.StartAsync();
        await using var app = new TestApp();
        app.Settings["Security__ProofOfWorkBits"] = "8";
        await using var program = await app.ServeAsync();
        await using var visit = await browser.VisitAsync(app.Url, new BrowserNewContextOptions());

        await visit.Page.GotoAsync("/");
        await visit.Page.GetByLabel("Email address").FillAsync(SubscriberAddress);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Check your inbox" })).ToBeVisibleAsync();
        await Until.TrueAsync("the confirmation is in the outbox", MailTimeout,
            () => Directory.Exists(app.Outbox) && Directory.GetFiles(app.Outbox, "confirmation-*.eml").Length > 0);
        visit.AssertNoFaults();
    }

    /// <summary>Opens a mail in the outbox by its subject.</summary>
    /// <param name="messageId">The prefix of the Message-ID, which is also the file name.</param>
    private static async Task OpenMailAsync(IPage page, TestApp app, string messageId, string subject)
    {
        await Until.TrueAsync($"the mail {messageId} is in the outbox", MailTimeout,
            () => Directory.Exists(app.Outbox) && Directory.GetFiles(app.Outbox, $"{messageId}-*.eml").Length > 0);
        await page.GotoAsync($"{app.ManagementUrl}outbox");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex(subject) }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, NameRegex = new Regex(subject) }))
            .ToBeVisibleAsync();
    }

    private static ILocator InMail(IPage page, string link) =>
        page.FrameLocator("iframe.mail").GetByRole(AriaRole.Link, new() { Name = link, Exact = true });

    private static async Task<JsonElement> ShowSubscriberAsync(TestApp app) =>
        (await app.JsonAsync("subscribers", "show", SubscriberAddress)).GetProperty("subscriber");
}
