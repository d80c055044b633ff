using System.Globalization;
using Microsoft.Playwright;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>
/// How pages and mails look on a desktop and on a phone, by day and by night. With SCREENSHOTS=1 the pictures of the
/// documentation are made anew.
/// </summary>
public sealed class AppearanceTests
{
    private const string Reader = "ada@example.org";

    private const int Desktop = 1280;

    private const int Sheet = 600;

    private const int Phone = 360;

    private const int NarrowPhone = 320;

    private const int PictureHeight = 1000;

    /// <summary>What is shown where, and the picture that is made of it.</summary>
    private static readonly (int Width, ColorScheme Scheme, string Picture)[] Looks =
    [
        (Desktop, ColorScheme.Light, ""),
        (Desktop, ColorScheme.Dark, "-dark"),
        (Sheet, ColorScheme.Light, "-sheet"),
        (Sheet, ColorScheme.Dark, "-sheet-dark"),
        (Phone, ColorScheme.Light, "-phone"),
        (Phone, ColorScheme.Dark, "-phone-dark"),
        (NarrowPhone, ColorScheme.Dark, "-narrow"),
    ];

    private static readonly string[] Pictures =
    [
        "page", "page-dark", "page-phone", "digest", "digest-dark", "digest-sheet", "digest-sheet-dark", "digest-phone", "digest-phone-dark",
        "preferences",
    ];

    /// <param name="papers">The sample, of which pictures are made, or the hard cases.</param>
    [Theory]
    [InlineData("sample.json")]
    [InlineData("day-one.json")]
    public async Task PagesAndMailsFitTheWindowByDayAndByNight(string papers)
    {
        await using var browser = await Browser.StartAsync();
        await using var home = new ProgramHome(papers);
        home.Settings["Digest__DefaultSendAt"] = "07:00";
        await using var program = await home.ServeAsync();
        await home.FirstEditionAsync();
        (await home.RunAsync("subscribers", "add", Reader, "--confirmed")).Well();
        (await home.RunAsync("digest", "send")).Well();
        var digest = await Until.FoundAsync("the digest is in the outbox", TimeSpan.FromSeconds(60), () =>
            Task.FromResult(Directory.Exists(home.Outbox) ? Directory.GetFiles(home.Outbox, "daily-*.eml").FirstOrDefault() : null));
        var mail = await MimeKit.MimeMessage.LoadAsync(digest, TestContext.Current.CancellationToken);

        foreach (var (name, address) in ((string, string)[])
            [
                ("page", "/"),
                ("digest", $"/outbox/{Path.GetFileName(digest)}/html"),
                ("preferences", Preferences(mail.HtmlBody!)),
            ])
        {
            foreach (var look in Looks)
            {
                await using var visit = await browser.VisitAsync(home.Url, new BrowserNewContextOptions
                {
                    ViewportSize = new ViewportSize { Width = look.Width, Height = PictureHeight },
                    ColorScheme = look.Scheme,
                });
                await visit.Page.GotoAsync(address);
                await AssertFitsAsync(visit.Page, look.Width);
                Assert.Equal(look.Scheme == ColorScheme.Dark, await IsDarkAsync(visit.Page));
                visit.AssertNoFaults();
                if (papers == "sample.json")
                {
                    await TakePictureAsync(visit.Page, name + look.Picture);
                }
            }
        }
    }

    private static async Task AssertFitsAsync(IPage page, int width)
    {
        var needed = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(needed <= width, $"{page.Url} needs {needed} pixels where the window has {width}");
    }

    /// <summary>Whether light text stands on a dark ground.</summary>
    private static async Task<bool> IsDarkAsync(IPage page)
    {
        var colour = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        var parts = colour[(colour.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(',');
        return parts.Take(3).Sum(part => int.Parse(part, CultureInfo.InvariantCulture)) < 3 * 128;
    }

    private static string Preferences(string html)
    {
        var at = html.IndexOf("/preferences/", StringComparison.Ordinal);
        return html[at..html.IndexOf('"', at)];
    }

    private static async Task TakePictureAsync(IPage page, string picture)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") == "1" && Pictures.Contains(picture))
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Repository.File("docs", "images", $"{picture}.png") });
        }
    }
}
