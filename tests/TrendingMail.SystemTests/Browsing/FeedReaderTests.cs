using System.Net;
using System.Text.Json;
using CodeHollow.FeedReader;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>Two independent feed parsers have to read the same content.</summary>
[Collection(nameof(SiteTests))]
public sealed class FeedReaderTests(Site site)
{
    [Theory]
    [InlineData("/feed.atom", "TrendingMail", 1)]
    [InlineData("/feed.atom?q=agents", "agents · TrendingMail", 1)]
    [InlineData("/feed.atom?q=%22%3C%26%01", "\"<& · TrendingMail", 0)]
    public async Task TwoFeedParsersReadTheSameContent(string path, string title, int atLeast)
    {
        var python = Require.Program("python3-feedparser", "/usr/bin/python3");
        var bytes = await site.Http.GetByteArrayAsync(
            new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        var feed = FeedReader.ReadFromByteArray(bytes);
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        JsonElement other;
        try
        {
            var script = Path.Combine(AppContext.BaseDirectory, "Browsing", "read_feed.py");
            other = JsonElement.Parse((await Child.RunAsync(python, script, file)).EnsureSuccess().Output);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal(
            ("", "atom10"), (other.GetProperty("fault").GetString(), other.GetProperty("version").GetString()));
        Assert.Equal((FeedType.Atom, title), (feed.Type, feed.Title));
        Assert.Equal(feed.Title, other.GetProperty("title").GetString());
        var entries = other.GetProperty("entries").EnumerateArray().ToArray();
        Assert.True(entries.Length >= atLeast);
        Assert.Equal(
            feed.Items.Select(item => (item.Id, item.Title, item.Link, item.PublishingDate?.ToUniversalTime())),
            entries.Select(entry => (Text(entry, "id"), Text(entry, "title"), Text(entry, "link"),
                (DateTime?)entry.GetProperty("published").GetDateTime().ToUniversalTime())));

        // One of them also decodes the HTML entities.
        Assert.Equal(
            feed.Items.Select(item => item.Content.TrimEnd()),
            entries.Select(entry => WebUtility.HtmlDecode(Text(entry, "content")).TrimEnd()));
    }

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;
}
