using System.Globalization;
using MimeKit;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>A running site with an edition and subscribers, for tests that check all pages.</summary>
public sealed class Site : IAsyncLifetime
{
    private const string Subscriber = "ada@example.org";

    private const string Newcomer = "bo@example.org";

    private const string Unsubscriber = "cleo@example.org";

    private const string AddressChanger = "dan@example.org";

    private static readonly TimeSpan MailTimeout = TimeSpan.FromSeconds(60);

    private readonly TestApp app = new("sample.json");

    private Child? program;

    public Uri Url => app.Url;

    public HttpClient Http => app.Http;

    /// <summary>Paths of the public pages, the pages behind a subscriber's links, and the error pages.</summary>
    public IReadOnlyList<string> Pages { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        program = await app.ServeAsync();
        Pages = await PagesAsync(app);
    }

    public async ValueTask DisposeAsync()
    {
        if (program is not null)
        {
            await program.DisposeAsync();
        }

        await app.DisposeAsync();
    }

    private static async Task<IReadOnlyList<string>> PagesAsync(TestApp app)
    {
        var day = await app.WaitForFirstEditionAsync();
        var edition = await app.JsonAsync("edition", "show");
        var paper = edition.GetProperty("papers")[0].GetProperty("paper").GetProperty("arxiv_id").GetString();
        foreach (var subscriber in (string[])[Subscriber, Unsubscriber, AddressChanger])
        {
            (await app.RunAsync("subscribers", "add", subscriber, "--confirmed")).EnsureSuccess();
        }

        (await app.RunAsync("digest", "send")).EnsureSuccess();
        var digest = await WaitForMailAsync(app, "daily", Subscriber);
        await app.SubscribeAsync(Newcomer);
        await PostAsync(app, Link(await WaitForMailAsync(app, "daily", Unsubscriber), "unsubscribe"));
        var changer = Link(await WaitForMailAsync(app, "daily", AddressChanger), "preferences");
        await PostAsync(app, $"{changer}/account", ("action", "move"));
        var change = Link(await WaitForMailAsync(app, "account_link", AddressChanger), "change-address");
        await PostAsync(app, change, ("email", "new@example.org"));
        await PostAsync(app, $"{Link(digest, "preferences")}/account", ("action", "erase"));
        var confirmation = await WaitForMailAsync(app, "confirmation", Newcomer);
        var move = Link(await WaitForMailAsync(app, "address_change_confirmation", "new@example.org"), "move");
        await PostAsync(app, move);
        return
        [
            "/", $"/papers/{day:yyyy-MM-dd}", $"/papers/{paper}", $"/papers/week/{Week(day)}",
            $"/papers/month/{day:yyyy-MM}",
            "/archive", "/search", "/search?q=agents", "/search?q=nothing+like+this", "/subscribe",
            Link(digest, "preferences"), Link(await WaitForMailAsync(app, "account_link", Subscriber), "erase"),
            Link(digest, "unsubscribe"),
            .. Links(digest, "feedback").Take(3), Link(confirmation, "confirm"), Link(confirmation, "not-me"),
            Link(await WaitForMailAsync(app, "goodbye", Unsubscriber), "return"), move,
            Link(await WaitForMailAsync(app, "address_change_notice", AddressChanger), "move-back"),
            $"{app.ManagementUrl}outbox", "/nowhere",
        ];
    }

    /// <summary>Waits for a mail of a kind to an address, and returns its HTML.</summary>
    private static Task<string> WaitForMailAsync(TestApp app, string kind, string to) =>
        Until.FoundAsync($"the mail {kind} to {to} is in the outbox", MailTimeout, async () =>
        {
            foreach (var file in Directory.Exists(app.Outbox) ? Directory.GetFiles(app.Outbox, $"{kind}-*.eml") : [])
            {
                var mail = await MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken);
                if (mail.To.Mailboxes.Any(mailbox => mailbox.Address == to))
                {
                    return mail.HtmlBody;
                }
            }

            return null;
        });

    private static async Task PostAsync(TestApp app, string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.ToDictionary(field => field.Name, field => field.Value));
        using var answer = await app.Http.PostAsync(
            new Uri(path, UriKind.Relative), form, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answered {answer.StatusCode}");
    }

    private static string Week(DateOnly day) => string.Create(CultureInfo.InvariantCulture,
        $"{ISOWeek.GetYear(day)}-W{ISOWeek.GetWeekOfYear(day):00}");

    private static string Link(string html, string page) => Links(html, page).First();

    private static IEnumerable<string> Links(string html, string page)
    {
        for (var at = 0; (at = html.IndexOf($"/{page}/", at, StringComparison.Ordinal)) >= 0; at++)
        {
            yield return html[at..html.IndexOf('"', at)];
        }
    }
}

/// <summary>Tests that share a <see cref="Site"/> and run sequentially.</summary>
[CollectionDefinition(nameof(SiteTests))]
public sealed class SiteTests : ICollectionFixture<Site>;
