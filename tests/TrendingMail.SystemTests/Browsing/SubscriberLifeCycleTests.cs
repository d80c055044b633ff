using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>
/// A subscriber's full life cycle in the browser, with and without JavaScript, on a phone and on a desktop.
/// </summary>
public sealed class SubscriberLifeCycleTests
{
    private static readonly TimeSpan MailTimeout = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true, 320, ColorScheme.Light)]
    [InlineData(true, 1280, ColorScheme.Dark)]
    [InlineData(false, 320, ColorScheme.Dark)]
    public async Task ASubscriberSignsUpChangesPreferencesAndAddressExportsDataAndIsErased(
        bool javaScript, int width, ColorScheme scheme)
    {
        await using var browser = await Browser.StartAsync();
        await using var app = new TestApp("sample.json");
        app.Settings["Security__MinimumFillSeconds"] = javaScript ? "2" : "0";
        await using var program = await app.ServeAsync();
        await app.WaitForFirstEditionAsync();
        await using var visit = await browser.VisitAsync(app.Url, new BrowserNewContextOptions
        {
            JavaScriptEnabled = javaScript,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
            TimezoneId = "America/Lima",
        });
        var page = visit.Page;

        // A misspelled domain is noticed, and corrected with one click.
        await page.GotoAsync("/");
        await page.GetByLabel("Email address").FillAsync("reader@gmial.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        await Expect(page.GetByText("Did you mean")).ToBeVisibleAsync();
        await CheckPageAsync(page, javaScript, width);
        await page.GetByRole(AriaRole.Button, new() { Name = "Use reader@gmail.com instead" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Check your inbox" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Did you mean")).ToBeHiddenAsync();
        await page.GotoAsync(await WaitForLinkAsync(app, "confirmation", "reader@gmail.com", "confirm"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm subscription" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You are subscribed" })).ToBeVisibleAsync();

        // Feedback on a paper, and undoing it.
        (await app.RunAsync("digest", "send")).EnsureSuccess();
        await page.GotoAsync(await WaitForLinkAsync(app, "daily", "reader@gmail.com", "feedback"));
        await CheckPageAsync(page, javaScript, width);
        await page.GetByRole(AriaRole.Button, new() { Name = "More like this" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Starting with your next digest");
        await CheckPageAsync(page, javaScript, width);
        await page.GetByRole(AriaRole.Link, new() { Name = "your preferences" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your feedback on papers" })).ToBeVisibleAsync();
        await CheckPageAsync(page, javaScript, width);
        await UnfoldAsync(page, "Your feedback on papers");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Undone.");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your feedback on papers" })).ToBeHiddenAsync();

        await ChangePreferencesAsync(page, javaScript, width);

        // Data export, by a link mailed for it.
        await UnfoldAsync(page, "Your data");
        await page.GetByRole(AriaRole.Button, new() { Name = "Email me a link to download my data" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Check your inbox" })).ToBeVisibleAsync();
        await page.GotoAsync(await WaitForLinkAsync(app, "account_link", "reader@gmail.com", "export"));
        await CheckPageAsync(page, javaScript, width);
        var download = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Button, new() { Name = "Download my data" }).ClickAsync());
        using var data = JsonDocument.Parse(
            await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken));
        Assert.Equal("reader@gmail.com", data.RootElement.GetProperty("subscriber").GetProperty("address").GetString());

        // Change of address, by a link mailed to the old address, confirmed from the new one.
        await page.GotoAsync(await WaitForLinkAsync(app, "daily", "reader@gmail.com", "preferences"));
        await UnfoldAsync(page, "Change your address");
        await page.GetByRole(AriaRole.Button, new() { Name = "Email me a link to change my address" }).ClickAsync();
        await page.GotoAsync(await WaitForLinkAsync(app, "account_link", "reader@gmail.com", "change-address"));
        await CheckPageAsync(page, javaScript, width);
        await page.GetByLabel("New email address").FillAsync("reader@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change address" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Check the new inbox" })).ToBeVisibleAsync();
        await page.GotoAsync(await WaitForLinkAsync(app, "address_change_confirmation", "reader@example.org", "move"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm new address" }).ClickAsync();
        await Expect(page.GetByText("r…@example.org")).ToBeVisibleAsync();
        await WaitForLinkAsync(app, "address_change_notice", "reader@gmail.com", "move-back");

        // Erasure.
        await page.GotoAsync(await WaitForLinkAsync(app, "welcome", "reader@example.org", "preferences"));
        await UnfoldAsync(page, "Your data");
        await page.GetByRole(AriaRole.Button, new() { Name = "Email me a link to erase everything" }).ClickAsync();
        await page.GotoAsync(await WaitForLinkAsync(app, "account_link", "reader@example.org", "erase"));
        await CheckPageAsync(page, javaScript, width);
        await page.GetByRole(AriaRole.Button, new() { Name = "Erase everything" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Everything has been erased" }))
            .ToBeVisibleAsync();
        Assert.Equal(1, (await app.RunAsync("subscribers", "show", "reader@example.org")).ExitCode);
        visit.AssertNoFaults();
    }

    /// <summary>Unfolds a part of the preferences page.</summary>
    private static Task UnfoldAsync(IPage page, string part) =>
        page.Locator("summary", new() { HasText = part }).ClickAsync();

    /// <summary>
    /// Changes preferences by keyboard: suggestions appear while typing, and each change updates the preview.
    /// </summary>
    private static async Task ChangePreferencesAsync(IPage page, bool javaScript, int width)
    {
        var offer = page.GetByRole(AriaRole.Button, new() { Name = "the time zone of this browser" });
        await page.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        await page.GetByLabel("Papers per digest").FillAsync("2");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await Expect(page.Locator(".preview li")).ToHaveCountAsync(2);
        if (javaScript)
        {
            await offer.FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByLabel("Time zone")).ToHaveValueAsync("America/Lima");
        }
        else
        {
            await Expect(offer).ToBeHiddenAsync();
        }

        var name = await page.Locator("#names option").First.GetAttributeAsync("value");
        var field = page.GetByLabel("Word, phrase or name");
        await field.FocusAsync();
        if (javaScript)
        {
            var asked = page.WaitForResponseAsync(
                response => response.Url.Contains("/api/v1/suggestions", StringComparison.Ordinal));
            await page.Keyboard.TypeAsync(name![..3]);
            Assert.Equal(200, (await asked).Status);
            await Expect(page.Locator($"#names option[value=\"{name}\"]")).ToHaveCountAsync(1);
            await field.FillAsync("");
        }

        await field.FillAsync(name!);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await Expect(page.GetByLabel(name!)).ToHaveValueAsync("follow");
        await CheckPageAsync(page, javaScript, width);

        await page.GetByLabel("Papers per digest").FillAsync("10");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
    }

    /// <summary>Checks that the page fits the window and, with JavaScript, that axe-core finds nothing.</summary>
    private static async Task CheckPageAsync(IPage page, bool javaScript, int width)
    {
        if (!javaScript)
        {
            return;
        }

        var needed = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(needed <= width, $"{page.Url} needs {needed} pixels where the window has {width}");
        var found = await page.RunAxe();
        Assert.Empty(
            found.Violations.SelectMany(
                rule => rule.Nodes.Select(node => $"{page.Url}: {rule.Id} ({rule.Help}) at {node.Html}")));
    }

    /// <summary>Waits for a mail of a kind to an address, and returns its first link to a page.</summary>
    private static Task<string> WaitForLinkAsync(TestApp app, string kind, string to, string page) =>
        Until.FoundAsync($"the mail {kind} to {to} is in the outbox", MailTimeout, async () =>
        {
            foreach (var file in Directory.Exists(app.Outbox) ? Directory.GetFiles(app.Outbox, $"{kind}-*.eml") : [])
            {
                var mail = await MimeKit.MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken);
                if (mail.To.Mailboxes.Any(mailbox => mailbox.Address == to) &&
                    Regex.Match(mail.HtmlBody ?? "", $"/{page}/[A-Za-z0-9_.-]+") is { Success: true } match)
                {
                    return match.Value;
                }
            }

            return null;
        });
}
