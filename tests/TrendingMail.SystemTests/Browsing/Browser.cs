using Microsoft.Playwright;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>A Chromium without a window, which may look at one server of this machine only.</summary>
internal sealed class Browser : IAsyncDisposable
{
    /// <summary>How long a click or a text may take to come about, in milliseconds.</summary>
    private const float Patience = 30_000;

    private readonly IPlaywright playwright;

    private readonly IBrowser browser;

    private Browser(IPlaywright playwright, IBrowser browser)
    {
        this.playwright = playwright;
        this.browser = browser;
    }

    /// <summary>Starts the machine's own browser; skips the test where there is none.</summary>
    public static async Task<Browser> StartAsync()
    {
        var program = Need.Program("chromium", "chromium", "chromium-browser", "google-chrome");
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        Assertions.SetDefaultExpectTimeout(Patience);
        var playwright = await Playwright.CreateAsync();
        try
        {
            // No sandbox: it does not work for root, and the pages are our own. The rest keeps it from asking the network.
            return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
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
        options.Locale = "en-GB";
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return new Visit(context, await context.NewPageAsync(), site);
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
