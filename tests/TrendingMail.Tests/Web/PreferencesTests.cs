using System.Net;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;

namespace TrendingMail.Tests.Web;

public sealed class PreferencesTests : WebTests
{
    private static readonly Dictionary<string, string> Good = new()
    {
        ["frequency"] = "weekly",
        ["weekday"] = "thursday",
        ["time"] = "18:45",
        ["time_zone"] = "Asia/Kathmandu",
        ["papers"] = "25",
        ["format"] = "text",
        ["paused_until"] = "",
    };

    [Fact]
    public async Task ThePageShowsWhatIsChosenAndWhenTheNextDigestComes()
    {
        var reader = await AddReaderAsync("ada@example.net", new Preferences { TimeZone = "Europe/Berlin", Papers = 33 });

        var page = await PageAsync(Link(reader, LinkPurpose.Preferences));

        Assert.Contains("name=\"papers\" value=\"33\"", page, StringComparison.Ordinal);
        Assert.Contains("name=\"time_zone\" value=\"Europe/Berlin\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"daily\" checked", page, StringComparison.Ordinal);
        Assert.Contains("today, Monday 23 November", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"Asia/Kathmandu\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryChoiceIsSaved()
    {
        var reader = await AddReaderAsync("ada@example.net");

        var page = await SaveAsync(reader, HttpStatusCode.OK);

        Assert.Contains("Saved.", page, StringComparison.Ordinal);
        Assert.Contains("on Thursday 26 November, at 18:45 (Asia/Kathmandu)", page, StringComparison.Ordinal);
        var saved = (await ReaderAsync("ada@example.net"))!;
        Assert.Equal(new Preferences
        {
            Frequency = Frequency.Weekly,
            Weekday = DayOfWeek.Thursday,
            SendAt = new TimeOnly(18, 45),
            TimeZone = "Asia/Kathmandu",
            Papers = 25,
            Format = MailFormat.Text,
        }, saved.Preferences);
    }

    [Fact]
    public async Task APauseIsSavedAndLifted()
    {
        var reader = await AddReaderAsync("ada@example.net");

        await SaveAsync(reader, HttpStatusCode.OK, ("paused_until", "2026-12-07"));
        Assert.Equal(SubscriberState.Paused, (await ReaderAsync("ada@example.net"))!.State);
        Assert.Contains("Paused.", await PageAsync(Link(reader, LinkPurpose.Preferences)), StringComparison.Ordinal);

        await SaveAsync(reader, HttpStatusCode.OK);
        Assert.Equal(SubscriberState.Active, (await ReaderAsync("ada@example.net"))!.State);
    }

    [Theory]
    [InlineData("frequency", "hourly")]
    [InlineData("frequency", "Daily")]
    [InlineData("weekday", "someday")]
    [InlineData("time", "25:00")]
    [InlineData("time", "7")]
    [InlineData("time_zone", "Mars/Olympus")]
    [InlineData("time_zone", "\"><script>alert(1)</script>")]
    [InlineData("time_zone", "W. Europe Standard Time")]
    [InlineData("papers", "0")]
    [InlineData("papers", "51")]
    [InlineData("papers", "-1")]
    [InlineData("papers", "ten")]
    [InlineData("format", "pdf")]
    [InlineData("paused_until", "2026-11-23")]
    [InlineData("paused_until", "2027-11-24")]
    [InlineData("paused_until", "tomorrow")]
    public async Task AWrongValueIsToldAndNothingIsSaved(string field, string value)
    {
        var reader = await AddReaderAsync("ada@example.net");
        var before = await EverythingAsync();

        var page = await SaveAsync(reader, HttpStatusCode.BadRequest, (field, value));

        Assert.Contains("Not saved yet", page, StringComparison.Ordinal);
        Assert.Contains($"id=\"{field}-error\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task AllFaultsAreToldAtOnceAndTheEntriesStay()
    {
        var reader = await AddReaderAsync("ada@example.net");

        var page = await SaveAsync(reader, HttpStatusCode.BadRequest, ("papers", "99"), ("time", "soon"), ("time_zone", "Nowhere"));

        Assert.Equal(4, page.Split("<li><a href=\"#").Length);
        Assert.Contains("value=\"99\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"Nowhere\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APostWithoutAnyFieldSavesNothing()
    {
        var reader = await AddReaderAsync("ada@example.net");
        var before = await EverythingAsync();

        await PostAsync(Link(reader, LinkPurpose.Preferences), HttpStatusCode.BadRequest);

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task WhoHasLeftCannotComeBackByThePreferences()
    {
        var reader = await AddReaderAsync("ada@example.net");
        await Get<SignUpFlow>().UnsubscribeAsync(reader.Id, Origin.Command, Stop);
        var before = await EverythingAsync();

        var page = await SaveAsync(reader, HttpStatusCode.OK);

        Assert.DoesNotContain("Saved.", page, StringComparison.Ordinal);
        Assert.Contains("You are unsubscribed.", page, StringComparison.Ordinal);
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task TheLinkToLeaveOnThePageWorks()
    {
        var reader = await AddReaderAsync("ada@example.net");
        var page = await PageAsync(Link(reader, LinkPurpose.Preferences));

        var start = page.IndexOf("/unsubscribe/", StringComparison.Ordinal);
        await PostAsync(page[start..page.IndexOf('"', start)], HttpStatusCode.OK);

        Assert.Equal(SubscriberState.Unsubscribed, (await ReaderAsync("ada@example.net"))!.State);
    }

    private Task<string> SaveAsync(
        Subscriber reader, HttpStatusCode status, params (string Name, string Value)[] changes)
    {
        var fields = new Dictionary<string, string>(Good);
        foreach (var (name, value) in changes)
        {
            fields[name] = value;
        }

        return PostAsync(Link(reader, LinkPurpose.Preferences), status, [.. fields.Select(field => (field.Key, field.Value))]);
    }
}
