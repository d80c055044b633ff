using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using TrendingMail.Links;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Papers;

namespace TrendingMail.Tests.Web;

/// <summary>A public URL with a path: everything that leads into the site begins with it.</summary>
public sealed partial class PathPrefixTests : WebTests
{
    private const string Prefix = "/daily/papers";

    private const string Origin = "https://example.org";

    private const string Base = Origin + Prefix;

    public PathPrefixTests() => PublicUrl = new Uri(Base + "/");

    [Fact]
    public async Task EveryLinkOfEveryPageCarriesThePathAndWorks()
    {
        var subscriber = await FillAsync();
        Queue<string> open = new([
            $"{Prefix}/", $"{Prefix}/search?q=paper", $"{Prefix}/search", $"{Prefix}/subscribe",
            Link(subscriber, LinkPurpose.Preferences), Link(subscriber, LinkPurpose.Unsubscribe),
            Link(subscriber, 1, FeedbackKind.More), $"{Prefix}/no-such-page",
        ]);
        HashSet<string> seen = [.. open];
        RemoteAddress = IPAddress.Loopback;
        while (open.TryDequeue(out var path))
        {
            using var response = await Client.GetAsync(path, Stop);
            Assert.Equal((path, path.EndsWith("no-such-page", StringComparison.Ordinal)),
                (path, response.StatusCode != HttpStatusCode.OK));
            if (response.Content.Headers.ContentType?.MediaType is "text/html" or "application/atom+xml")
            {
                foreach (var (target, isFollowed) in FindTargets(await response.Content.ReadAsStringAsync(Stop), path))
                {
                    if (isFollowed && seen.Add(target))
                    {
                        open.Enqueue(target);
                    }
                }
            }
        }

        Assert.Contains($"{Prefix}/site.css", seen);
        Assert.Contains($"{Prefix}/archive", seen);
        Assert.True(seen.Count > 20, string.Join('\n', seen));
    }

    [Fact]
    public async Task EveryLinkOfEveryMailCarriesThePath()
    {
        await FillAsync();
        foreach (var message in await DeliverAsync())
        {
            Assert.All(UrlRegex().Matches(message.HtmlBody + message.TextBody + message.Headers["List-Unsubscribe"]),
                url => Assert.StartsWith($"{Base}/", $"{url.Value}/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task FeedsSitemapRobotsAndApiCarryThePath()
    {
        await FillAsync();
        foreach (var path in (string[])["/feed.json", "/feed.atom", "/sitemap.xml"])
        {
            var text = await PageAsync(Prefix + path);
            Assert.All(UrlRegex().Matches(text),
                url => Assert.StartsWith($"{Base}/", url.Value, StringComparison.Ordinal));
        }

        Assert.Contains($"Disallow: {Prefix}/preferences/", await PageAsync($"{Prefix}/robots.txt"),
            StringComparison.Ordinal);
        using var api = JsonDocument.Parse(await PageAsync($"{Prefix}/openapi/v1.json"));
        Assert.Equal(Base, api.RootElement.GetProperty("servers")[0].GetProperty("url").GetString());
    }

    [Fact]
    public async Task AProxyMayPassRequestsWithoutThePath()
    {
        await FillAsync();

        Assert.Contains($"href=\"{Prefix}/archive\"", await PageAsync("/"), StringComparison.Ordinal);
        await PageAsync("/papers/2026-11-23");
    }

    [Fact]
    public async Task TheSignUpFormCanBeSubmitted()
    {
        var page = await PageAsync($"{Prefix}/subscribe");
        Assert.Contains($"action=\"{Prefix}/subscribe\"", page, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromMinutes(1));

        var answer = await PostAsync($"{Prefix}/subscribe", HttpStatusCode.Accepted,
            [.. GetHiddenFields(page), ("email", "bo@example.org")]);

        Assert.Contains($"href=\"{Prefix}/\"", answer, StringComparison.Ordinal);
    }

    private async Task<Subscriber> FillAsync()
    {
        await PublishAsync(Today.AddDays(-1), TestPapers.Listed("2611.00002", day: Today.AddDays(-1)));
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var subscriber = await AddSubscriberAsync("ada@example.org");
        await DeliverAsync();
        return subscriber;
    }

    /// <summary>
    /// The paths inside the site that a page links to, and whether a GET follows them; fails if one lacks the prefix.
    /// </summary>
    private static IEnumerable<(string Target, bool IsFollowed)> FindTargets(string page, string path)
    {
        foreach (Match match in TargetRegex().Matches(page))
        {
            var target = WebUtility.HtmlDecode(match.Groups[2].Value);
            var inside = target.StartsWith('/') ? target
                : target.StartsWith(Origin + "/", StringComparison.Ordinal) ? target[Origin.Length..]
                : null;
            if (inside is not null)
            {
                Assert.True(
                    $"{inside}/".StartsWith($"{Prefix}/", StringComparison.Ordinal), $"{path} links to {target}");
                yield return (inside.Split('#')[0], match.Groups[1].Value != "action");
            }
        }
    }

    [GeneratedRegex(@"(href|src|action)=""([^""]+)""")]
    private static partial Regex TargetRegex();

    [GeneratedRegex(@"https?://example\.org[^\s""<>)]*")]
    private static partial Regex UrlRegex();
}
