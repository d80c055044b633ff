using Microsoft.Playwright;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>Pages on a phone of 390 pixels, in English and German.</summary>
public sealed class PhoneTests
{
    private const int Width = 390;

    private const string Interests =
        "speech;robotics;vision;agents;reasoning;security;diffusion;retrieval;alignment;datasets;audio;graphs";

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    public async Task NothingTouchesBreaksOrIsCutOff(string language)
    {
        await using var browser = await Browser.StartAsync();
        await using var app = new TestApp("sample.json");
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "list.csv"),
            $"email,language,topics\nada@example.org,{language},{Interests}\n", TestContext.Current.CancellationToken);
        await using var program = await app.ServeAsync();
        var day = await app.WaitForFirstEditionAsync();
        (await app.RunAsync("subscribers", "import", "list.csv", "--confirmed")).EnsureSuccess();
        (await app.RunAsync("digest", "send", "--date", $"{day:yyyy-MM-dd}")).EnsureSuccess();
        await using var visit = await browser.VisitAsync(app.Url, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = Width, Height = 844 },
            Locale = language,
        });

        await visit.Page.GotoAsync("/");
        Assert.Equal(language, await visit.Page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.True(await visit.Page.EvaluateAsync<bool>("""
            [...document.querySelectorAll('.paper')].every(paper => {
              const range = document.createRange();
              range.selectNodeContents(paper.querySelector('.rank'));
              return range.getBoundingClientRect().right + 4 <= paper.querySelector('h2').getBoundingClientRect().left;
            })
            """), "A rank touches its title.");
        Assert.True(await visit.Page.EvaluateAsync<bool>(
            "[...document.querySelectorAll('.ai')].every(badge => badge.getClientRects().length === 1)"),
            "A badge is broken over two lines.");

        await visit.Page.GotoAsync(await FindPreferencesAsync(app));
        Assert.Equal(language, await visit.Page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.InRange(await visit.Page.EvaluateAsync<int>("document.documentElement.scrollHeight"), 1000, 3000);
        Assert.True(await visit.Page.EvaluateAsync<bool>(
            "[...document.querySelectorAll('.interests select')].every(s => s.scrollWidth <= s.clientWidth)"),
            "A choice is cut off.");
        Assert.True(await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= Width);
        visit.AssertNoFaults();
    }

    private static async Task<string> FindPreferencesAsync(TestApp app)
    {
        var file = await Until.FoundAsync("a mail is in the outbox", TimeSpan.FromSeconds(60), () => Task.FromResult(
            Directory.Exists(app.Outbox) ? Directory.GetFiles(app.Outbox, "*.eml").FirstOrDefault() : null));
        var mail = await MimeKit.MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken);
        var at = mail.HtmlBody!.IndexOf("/preferences/", StringComparison.Ordinal);
        return mail.HtmlBody[at..mail.HtmlBody.IndexOf('"', at)];
    }
}
