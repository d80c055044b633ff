using System.Globalization;
using MimeKit;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>The program at work with an edition and a reader, for tests that look at all that it shows to people.</summary>
public sealed class Site : IAsyncLifetime
{
    private const string Reader = "ada@example.org";

    private static readonly TimeSpan MailLimit = TimeSpan.FromSeconds(60);

    private readonly ProgramHome home = new("sample.json");

    private Child? program;

    public Uri Url => home.Url;

    public HttpClient Http => home.Http;

    /// <summary>Paths of the public pages, the pages behind a reader's links, and what is shown when there is nothing.</summary>
    public IReadOnlyList<string> Pages { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        program = await home.ServeAsync();
        Pages = await PagesAsync(home);
    }

    public async ValueTask DisposeAsync()
    {
        if (program is not null)
        {
            await program.DisposeAsync();
        }

        await home.DisposeAsync();
    }

    private static async Task<IReadOnlyList<string>> PagesAsync(ProgramHome home)
    {
        var day = await home.FirstEditionAsync();
        var edition = await home.JsonAsync("edition", "show");
        var paper = edition.GetProperty("papers")[0].GetProperty("paper").GetProperty("arxiv_id").GetString();
        (await home.RunAsync("subscribers", "add", Reader, "--confirmed")).Well();
        (await home.RunAsync("digest", "send")).Well();
        var digest = await Until.FoundAsync("the digest is in the outbox", MailLimit, () => Task.FromResult(
            Directory.Exists(home.Outbox) ? Directory.GetFiles(home.Outbox, "daily-*.eml").FirstOrDefault() : null));
        var html = (await MimeMessage.LoadAsync(digest, TestContext.Current.CancellationToken)).HtmlBody!;
        return
        [
            "/", $"/papers/{day:yyyy-MM-dd}", $"/papers/{paper}", $"/papers/week/{Week(day)}", $"/papers/month/{day:yyyy-MM}",
            "/archive", "/search", "/search?q=agents", "/search?q=nothing+like+this", Link(html, "preferences"),
            Link(html, "unsubscribe"), "/outbox", "/nowhere",
        ];
    }

    private static string Week(DateOnly day) => string.Create(CultureInfo.InvariantCulture,
        $"{ISOWeek.GetYear(day)}-W{ISOWeek.GetWeekOfYear(day):00}");

    private static string Link(string html, string page)
    {
        var at = html.IndexOf($"/{page}/", StringComparison.Ordinal);
        return html[at..html.IndexOf('"', at)];
    }
}

/// <summary>The tests that share a <see cref="Site"/>, one after the other.</summary>
[CollectionDefinition(nameof(SiteTests))]
public sealed class SiteTests : ICollectionFixture<Site>;
