using System.Net;
using System.Text.Json;
using CodeHollow.FeedReader;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>Whether feed readers that know nothing of each other read the same in our feed.</summary>
[Collection(nameof(SiteTests))]
public sealed class FeedReaderTests(Site site)
{
    [Fact]
    public async Task TwoFeedReadersReadTheSame()
    {
        var python = Need.Program("python3-feedparser", "/usr/bin/python3");
        var bytes = await site.Http.GetByteArrayAsync(
            new Uri("/feed.atom", UriKind.Relative), TestContext.Current.CancellationToken);

        var feed = FeedReader.ReadFromByteArray(bytes);
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        JsonElement other;
        try
        {
            var script = Path.Combine(AppContext.BaseDirectory, "Browsing", "read_feed.py");
            other = JsonElement.Parse((await Child.RunAsync(python, script, file)).Well().Output);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal(("", "atom10"), (other.GetProperty("fault").GetString(), other.GetProperty("version").GetString()));
        Assert.Equal((FeedType.Atom, "TrendingMail"), (feed.Type, feed.Title));
        Assert.Equal(feed.Title, other.GetProperty("title").GetString());
        var (item, entry) = (Assert.Single(feed.Items), Assert.Single(other.GetProperty("entries").EnumerateArray()));
        Assert.Equal((item.Id, item.Title, item.Link), (Text(entry, "id"), Text(entry, "title"), Text(entry, "link")));
        Assert.Equal(item.PublishingDate?.ToUniversalTime(), entry.GetProperty("published").GetDateTime().ToUniversalTime());

        // One of them resolves the entities of the HTML as well.
        Assert.Equal(
            item.Content.TrimEnd(), WebUtility.HtmlDecode(Text(entry, "content")).TrimEnd());
    }

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;
}
