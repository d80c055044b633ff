using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>What axe-core finds on the pages: names, roles, labels, contrast, order of headings.</summary>
public sealed class AccessibilityTests
{
    private const string Reader = "ada@example.org";

    [Theory]
    [InlineData(320, ColorScheme.Light)]
    [InlineData(320, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task NoPageBreaksARuleOfAxe(int width, ColorScheme scheme)
    {
        await using var browser = await Browser.StartAsync();
        await using var home = new ProgramHome("sample.json");
        await using var program = await home.ServeAsync();
        var day = await home.FirstEditionAsync();
        var edition = await home.JsonAsync("edition", "show");
        var paper = edition.GetProperty("papers")[0].GetProperty("paper").GetProperty("arxiv_id").GetString();
        (await home.RunAsync("subscribers", "add", Reader, "--confirmed")).Well();
        (await home.RunAsync("digest", "send")).Well();
        var digest = await Until.FoundAsync("the digest is in the outbox", TimeSpan.FromSeconds(60), () => Task.FromResult(
            Directory.Exists(home.Outbox) ? Directory.GetFiles(home.Outbox, "daily-*.eml").FirstOrDefault() : null));
        var mail = await MimeKit.MimeMessage.LoadAsync(digest, TestContext.Current.CancellationToken);
        await using var visit = await browser.VisitAsync(home.Url, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
        });

        var faults = new List<string>();
        foreach (var address in (string[])
            [
                "/", $"/papers/{paper}", $"/papers/month/{day:yyyy-MM}", "/archive", "/search", "/search?q=agents",
                "/search?q=nothing+like+this", Link(mail.HtmlBody!, "preferences"), Link(mail.HtmlBody!, "unsubscribe"),
                "/outbox", "/nowhere",
            ])
        {
            await visit.Page.GotoAsync(address);
            var result = await visit.Page.RunAxe();
            faults.AddRange(result.Violations.SelectMany(rule => rule.Nodes.Select(node =>
                $"{address}: {rule.Id} ({rule.Help}) at {node.Html}")));
        }

        Assert.Empty(faults);
    }

    private static string Link(string html, string page)
    {
        var at = html.IndexOf($"/{page}/", StringComparison.Ordinal);
        return html[at..html.IndexOf('"', at)];
    }
}
