using Microsoft.Playwright;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>Headless Chromium that accesses only a local server.</summary>
internal sealed class Browser : IAsyncDisposable
{
    /// <summary>Timeout of actions and expectations, in milliseconds.</summary>
    private const float TimeoutMilliseconds = 30_000;

    private readonly IPlaywright playwright;

    private readonly IBrowser browser;

    private Browser(IPlaywright playwright, IBrowser browser)
    {
        this.playwright = playwright;
        this.browser = browser;
    }

    /// <summary>Starts the installed browser; skips the test if there is none.</summary>
    public static async Task<Browser> StartAsync()
    {
        var program = Require.Program("chromium", "chromium", "chromium-browser", "google-chrome");
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        Assertions.SetDefaultExpectTimeout(TimeoutMilliseconds);
        var playwright = await Playwright.CreateAsync();
        try
        {
            // The sandbox does not work for root, and the pages are our own. The other flags prevent network access.
            return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update", "--disable-sync",
                ],
            }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>Opens an empty page.</summary>
    public async Task<Visit> VisitAsync(Uri site, BrowserNewContextOptions options)
    {
        options.BaseURL = site.AbsoluteUri;
        options.Locale ??= "en-GB";
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(TimeoutMilliseconds);
        return new Visit(context, await context.NewPageAsync(), site);
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
