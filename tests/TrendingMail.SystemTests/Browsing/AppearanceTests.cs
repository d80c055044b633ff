using System.Globalization;
using Microsoft.Playwright;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>
/// Layout of pages and mails on desktops and phones, in light and dark mode. SCREENSHOTS=1 updates the screenshots of
/// the documentation.
/// </summary>
public sealed class AppearanceTests
{
    private const string SubscriberAddress = "ada@example.org";

    private const int Desktop = 1280;

    private const int Sheet = 600;

    private const int Phone = 360;

    private const int NarrowPhone = 320;

    private const int ScreenshotHeight = 1000;

    /// <summary>Window widths and color schemes, with the suffix of the screenshot.</summary>
    private static readonly (int Width, ColorScheme Scheme, string Picture)[] Variants =
    [
        (Desktop, ColorScheme.Light, ""),
        (Desktop, ColorScheme.Dark, "-dark"),
        (Sheet, ColorScheme.Light, "-sheet"),
        (Sheet, ColorScheme.Dark, "-sheet-dark"),
        (Phone, ColorScheme.Light, "-phone"),
        (Phone, ColorScheme.Dark, "-phone-dark"),
        (NarrowPhone, ColorScheme.Dark, "-narrow"),
    ];

    private static readonly string[] Screenshots =
    [
        "page", "page-dark", "page-phone", "digest", "digest-dark", "digest-sheet", "digest-sheet-dark", "digest-phone",
        "digest-phone-dark",
        "preferences",
    ];

    /// <param name="papers">The sample, which is used for screenshots, or difficult cases.</param>
    [Theory]
    [InlineData("sample.json")]
    [InlineData("day-one.json")]
    public async Task PagesAndMailsFitTheWindowInLightAndDarkMode(string papers)
    {
        await using var browser = await Browser.StartAsync();
        await using var app = new TestApp(papers);
        app.Settings["Digest__DefaultSendAt"] = "07:00";
        await using var program = await app.ServeAsync();
        await app.WaitForFirstEditionAsync();
        (await app.RunAsync("subscribers", "add", SubscriberAddress, "--confirmed")).EnsureSuccess();
        (await app.RunAsync("digest", "send")).EnsureSuccess();
        var digest = await Until.FoundAsync("the digest is in the outbox", TimeSpan.FromSeconds(60), () =>
            Task.FromResult(
                Directory.Exists(app.Outbox) ? Directory.GetFiles(app.Outbox, "daily-*.eml").FirstOrDefault() : null));
        var mail = await MimeKit.MimeMessage.LoadAsync(digest, TestContext.Current.CancellationToken);

        foreach (var (name, address) in ((string, string)[])
            [
                ("page", "/"),
                ("digest", $"{app.ManagementUrl}outbox/{Path.GetFileName(digest)}/html"),
                ("preferences", FindPreferencesLink(mail.HtmlBody!)),
            ])
        {
            foreach (var look in Variants)
            {
                await using var visit = await browser.VisitAsync(app.Url, new BrowserNewContextOptions
                {
                    ViewportSize = new ViewportSize { Width = look.Width, Height = ScreenshotHeight },
                    ColorScheme = look.Scheme,
                });
                await visit.Page.GotoAsync(address);
                await AssertFitsAsync(visit.Page, look.Width);
                Assert.Equal(look.Scheme == ColorScheme.Dark, await IsDarkAsync(visit.Page));
                visit.AssertNoFaults();
                if (papers == "sample.json")
                {
                    await TakeScreenshotAsync(visit.Page, name + look.Picture);
                }
            }
        }
    }

    private static async Task AssertFitsAsync(IPage page, int width)
    {
        var needed = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(needed <= width, $"{page.Url} needs {needed} pixels where the window has {width}");
    }

    /// <summary>Whether the background is dark.</summary>
    private static async Task<bool> IsDarkAsync(IPage page)
    {
        var colour = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        var parts = colour[(colour.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(',');
        return parts.Take(3).Sum(part => int.Parse(part, CultureInfo.InvariantCulture)) < 3 * 128;
    }

    private static string FindPreferencesLink(string html)
    {
        var at = html.IndexOf("/preferences/", StringComparison.Ordinal);
        return html[at..html.IndexOf('"', at)];
    }

    private static async Task TakeScreenshotAsync(IPage page, string picture)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") == "1" && Screenshots.Contains(picture))
        {
            await page.ScreenshotAsync(
                new PageScreenshotOptions { Path = Repository.File("docs", "images", $"{picture}.png") });
        }
    }
}
