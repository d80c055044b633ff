using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>Checks all pages with axe-core: names, roles, labels, contrast, heading order.</summary>
[Collection(nameof(SiteTests))]
public sealed class AccessibilityTests(Site site)
{
    [Theory]
    [InlineData(320, ColorScheme.Light)]
    [InlineData(320, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task PagesHaveNoAxeViolations(int width, ColorScheme scheme)
    {
        await using var browser = await Browser.StartAsync();
        await using var visit = await browser.VisitAsync(site.Url, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
        });

        var faults = new List<string>();
        foreach (var address in site.Pages)
        {
            await visit.Page.GotoAsync(address);
            var result = await visit.Page.RunAxe();
            faults.AddRange(result.Violations.SelectMany(rule => rule.Nodes.Select(node =>
                $"{address}: {rule.Id} ({rule.Help}) at {node.Html}")));
        }

        Assert.Empty(faults);
    }
}
