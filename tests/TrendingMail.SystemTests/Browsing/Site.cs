using System.Globalization;
using MimeKit;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>The program at work with an edition and a reader, for tests that look at all that it shows to people.</summary>
public sealed class Site : IAsyncLifetime
{
    private const string Reader = "ada@example.org";

    private const string Newcomer = "bo@example.org";

    private const string Leaver = "cleo@example.org";

    private const string Mover = "dan@example.org";

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
        foreach (var reader in (string[])[Reader, Leaver, Mover])
        {
            (await home.RunAsync("subscribers", "add", reader, "--confirmed")).Well();
        }

        (await home.RunAsync("digest", "send")).Well();
        var digest = await MailAsync(home, "daily", Reader);
        await home.SubscribeAsync(Newcomer);
        await PostAsync(home, Link(await MailAsync(home, "daily", Leaver), "unsubscribe"));
        await PostAsync(home, $"{Link(await MailAsync(home, "daily", Mover), "preferences")}/address", ("email", "new@example.org"));
        var confirmation = await MailAsync(home, "confirmation", Newcomer);
        var move = Link(await MailAsync(home, "move", "new@example.org"), "move");
        await PostAsync(home, move);
        return
        [
            "/", $"/papers/{day:yyyy-MM-dd}", $"/papers/{paper}", $"/papers/week/{Week(day)}", $"/papers/month/{day:yyyy-MM}",
            "/archive", "/search", "/search?q=agents", "/search?q=nothing+like+this", "/subscribe",
            Link(digest, "preferences"), $"{Link(digest, "preferences")}/erase", Link(digest, "unsubscribe"),
            .. Links(digest, "feedback").Take(3), Link(confirmation, "confirm"), Link(confirmation, "not-me"),
            Link(await MailAsync(home, "goodbye", Leaver), "return"), move,
            Link(await MailAsync(home, "moving", Mover), "move-back"), "/outbox", "/nowhere",
        ];
    }

    /// <summary>The HTML of the mail of a kind to someone, as soon as it is there.</summary>
    private static Task<string> MailAsync(ProgramHome home, string kind, string to) =>
        Until.FoundAsync($"the mail {kind} to {to} is in the outbox", MailLimit, async () =>
        {
            foreach (var file in Directory.Exists(home.Outbox) ? Directory.GetFiles(home.Outbox, $"{kind}-*.eml") : [])
            {
                var mail = await MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken);
                if (mail.To.Mailboxes.Any(mailbox => mailbox.Address == to))
                {
                    return mail.HtmlBody;
                }
            }

            return null;
        });

    private static async Task PostAsync(ProgramHome home, string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.ToDictionary(field => field.Name, field => field.Value));
        using var answer = await home.Http.PostAsync(
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

/// <summary>The tests that share a <see cref="Site"/>, one after the other.</summary>
[CollectionDefinition(nameof(SiteTests))]
public sealed class SiteTests : ICollectionFixture<Site>;
