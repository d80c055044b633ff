using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>A reader's whole life in the browser, with JavaScript and without it, on a narrow phone and on a desk.</summary>
public sealed class ReaderLifeTests
{
    private static readonly TimeSpan MailLimit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true, 320, ColorScheme.Light)]
    [InlineData(true, 1280, ColorScheme.Dark)]
    [InlineData(false, 320, ColorScheme.Dark)]
    public async Task AReaderIsMindedTunesMovesTakesTheDataAwayAndIsErased(bool javaScript, int width, ColorScheme scheme)
    {
        await using var browser = await Browser.StartAsync();
        await using var home = new ProgramHome("sample.json");
        home.Settings["Security__MinimumFillSeconds"] = javaScript ? "2" : "0";
        await using var program = await home.ServeAsync();
        await home.FirstEditionAsync();
        await using var visit = await browser.VisitAsync(home.Url, new BrowserNewContextOptions
        {
            JavaScriptEnabled = javaScript,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
            TimezoneId = "America/Lima",
        });
        var page = visit.Page;

        // A slip in the address is minded, and mended by one click.
        await page.GotoAsync("/");
        await page.GetByLabel("Email address").FillAsync("reader@gmial.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        await Expect(page.GetByText("Did you mean")).ToBeVisibleAsync();
        await LookAsync(page, javaScript, width);
        await page.GetByRole(AriaRole.Button, new() { Name = "Use reader@gmail.com instead" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Check your inbox" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Did you mean")).ToBeHiddenAsync();
        await page.GotoAsync(await LinkAsync(home, "confirmation", "reader@gmail.com", "confirm"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm subscription" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You are subscribed" })).ToBeVisibleAsync();

        // An opinion of a paper, and second thoughts.
        (await home.RunAsync("digest", "send")).Well();
        await page.GotoAsync(await LinkAsync(home, "daily", "reader@gmail.com", "feedback"));
        await LookAsync(page, javaScript, width);
        await page.GetByRole(AriaRole.Button, new() { Name = "More like this" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("From your next digest on");
        await LookAsync(page, javaScript, width);
        await page.GetByRole(AriaRole.Link, new() { Name = "your preferences" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What you said of papers" })).ToBeVisibleAsync();
        await LookAsync(page, javaScript, width);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Taken back.");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What you said of papers" })).ToBeHiddenAsync();

        await TuneAsync(page, javaScript, width);

        // The data, as a file.
        var download = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Button, new() { Name = "Download my data" }).ClickAsync());
        using var data = JsonDocument.Parse(await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken));
        Assert.Equal("reader@gmail.com", data.RootElement.GetProperty("subscriber").GetProperty("address").GetString());

        // To another address, confirmed there.
        await page.GetByLabel("New email address").FillAsync("reader@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the address" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Check the new inbox" })).ToBeVisibleAsync();
        await page.GotoAsync(await LinkAsync(home, "move", "reader@example.org", "move"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Move it here" }).ClickAsync();
        await Expect(page.GetByText("r…@example.org")).ToBeVisibleAsync();
        await LinkAsync(home, "moving", "reader@gmail.com", "move-back");

        // Nothing is left.
        await page.GotoAsync(await LinkAsync(home, "welcome", "reader@example.org", "preferences"));
        await page.GetByRole(AriaRole.Link, new() { Name = "erase everything" }).ClickAsync();
        await LookAsync(page, javaScript, width);
        await page.GetByRole(AriaRole.Button, new() { Name = "Erase everything" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Everything is erased" })).ToBeVisibleAsync();
        Assert.Equal(1, (await home.RunAsync("subscribers", "show", "reader@example.org")).ExitCode);
        visit.AssertNoFaults();
    }

    /// <summary>The preferences by keyboard alone: names are offered as they are typed, and each change shows what it brings.</summary>
    private static async Task TuneAsync(IPage page, bool javaScript, int width)
    {
        var offer = page.GetByRole(AriaRole.Button, new() { Name = "as this browser does" });
        await page.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        await page.GetByLabel("Papers in a digest").FillAsync("2");
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
            var asked = page.WaitForResponseAsync(response => response.Url.Contains("/api/v1/suggestions", StringComparison.Ordinal));
            await page.Keyboard.TypeAsync(name![..3]);
            Assert.Equal(200, (await asked).Status);
            await Expect(page.Locator($"#names option[value=\"{name}\"]")).ToHaveCountAsync(1);
            await field.FillAsync("");
        }

        await field.FillAsync(name!);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await Expect(page.GetByLabel(name!)).ToHaveValueAsync("follow");
        await LookAsync(page, javaScript, width);

        await page.GetByLabel("Papers in a digest").FillAsync("10");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
    }

    /// <summary>The page fits its window, and axe-core finds nothing where it can run.</summary>
    private static async Task LookAsync(IPage page, bool javaScript, int width)
    {
        if (!javaScript)
        {
            return;
        }

        var needed = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(needed <= width, $"{page.Url} needs {needed} pixels where the window has {width}");
        var found = await page.RunAxe();
        Assert.Empty(found.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{page.Url}: {rule.Id} ({rule.Help}) at {node.Html}")));
    }

    /// <summary>The first link to a kind of page in the mail of a kind to someone, as soon as it is there.</summary>
    private static Task<string> LinkAsync(ProgramHome home, string kind, string to, string page) =>
        Until.FoundAsync($"the mail {kind} to {to} is in the outbox", MailLimit, async () =>
        {
            foreach (var file in Directory.Exists(home.Outbox) ? Directory.GetFiles(home.Outbox, $"{kind}-*.eml") : [])
            {
                var mail = await MimeKit.MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken);
                if (mail.To.Mailboxes.Any(mailbox => mailbox.Address == to))
                {
                    return Regex.Match(mail.HtmlBody ?? "", $"/{page}/[A-Za-z0-9_.-]+") is { Success: true } match ? match.Value : null;
                }
            }

            return null;
        });
}
