using System.Net;
using System.Text.Json;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web;

public abstract class PreferencesTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    /// <summary>A reader's name as a word: the letters also come in keys and hashes.</summary>
    private const string Ada = @"(?i)\bada\b";

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
        Assert.Contains("today, Monday, 23 November", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"Asia/Kathmandu\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryChoiceIsSaved()
    {
        var reader = await AddReaderAsync("ada@example.net");

        var page = await SaveAsync(reader, HttpStatusCode.OK);

        Assert.Contains("Saved.", page, StringComparison.Ordinal);
        Assert.Contains("on Thursday, 26 November, at 18:45 (Asia/Kathmandu)", page, StringComparison.Ordinal);
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
    public async Task InterestsAreFollowedMutedAndRemoved()
    {
        var reader = await AddReaderAsync("ada@example.net");

        await SaveAsync(reader, HttpStatusCode.OK, ("new_kind", "keyword"), ("new_value", " Speech  recognition "), ("new_wish", "follow"));
        await SaveAsync(reader, HttpStatusCode.OK, ("new_kind", "author"), ("new_value", "Ada Quill"), ("new_wish", "mute"));
        Assert.Equal([("Ada Quill", -1), ("Speech recognition", 1)], await InterestsAsync(reader));
        var page = await SaveAsync(reader, HttpStatusCode.OK,
            ("interest.keyword.speech recognition", "mute"), ("interest.author.ada quill", "drop"));

        Assert.Equal([("Speech recognition", -1)], await InterestsAsync(reader));
        Assert.Contains("name=\"interest.keyword.speech recognition\"", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"mute\" selected>muted</option>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasLearnedStaysAsItIsUnlessTheReaderSaysOtherwise()
    {
        var reader = await AddReaderAsync("ada@example.net");
        await Get<Database>().WriteAsync(session => InterestStore.ReplaceAsync(
            session, reader.Id, [Interest.Of(InterestKind.Keyword, "lamps", 0.25)!]), Stop);

        await SaveAsync(reader, HttpStatusCode.OK, ("interest.keyword.lamps", "learned"));
        Assert.Equal([("lamps", 0.25)], await InterestsAsync(reader));
        await SaveAsync(reader, HttpStatusCode.OK, ("interest.keyword.lamps", "follow"));
        Assert.Equal([("lamps", 1)], await InterestsAsync(reader));
    }

    [Theory]
    [InlineData("keyword", "!?")]
    [InlineData("planet", "Mars")]
    [InlineData("keyword", "<script>alert(1)</script> and so on and so on and so on and so on and so on and so on and so on and on")]
    public async Task AnInterestThatCannotBeIsToldAndNothingIsSaved(string kind, string value)
    {
        var reader = await AddReaderAsync("ada@example.net");
        var before = await EverythingAsync();

        var page = await SaveAsync(reader, HttpStatusCode.BadRequest, ("new_kind", kind), ("new_value", value));

        Assert.Contains("id=\"new_value-error\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task AHundredInterestsAreEnough()
    {
        var reader = await AddReaderAsync("ada@example.net");
        var many = Enumerable.Range(0, InterestStore.MaximumPerReader)
            .Select(i => Interest.Of(InterestKind.Author, $"用户 名字 {i} {new string('字', 80)}")!);
        Assert.True(await Get<Database>().WriteAsync(session => InterestStore.ReplaceAsync(session, reader.Id, many), Stop));
        var names = (await Get<InterestStore>().ListAsync(reader.Id, Stop)).Select(i => ($"interest.author.{i.Key}", "mute")).ToArray();

        var page = await SaveAsync(reader, HttpStatusCode.BadRequest, [("new_kind", "keyword"), ("new_value", "one more"), .. names]);
        Assert.Contains("please remove some first", page, StringComparison.Ordinal);
        await SaveAsync(reader, HttpStatusCode.OK, names);

        Assert.All(await InterestsAsync(reader), interest => Assert.Equal(-1, interest.Weight));
    }

    [Fact]
    public async Task EachChangeShowsWhatTheNextDigestWouldHold()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001", upvotes: 9) with { Title = "Best of All" },
            TestPapers.Listed("2611.00002", upvotes: 5) with { Title = "Second Best" });
        var reader = await AddReaderAsync("ada@example.net");

        var both = await SaveAsync(reader, HttpStatusCode.OK, ("frequency", "daily"));
        Assert.Contains("2 of the 2 papers", both, StringComparison.Ordinal);
        Assert.Contains("Second Best", both, StringComparison.Ordinal);
        var one = await SaveAsync(reader, HttpStatusCode.OK, ("papers", "1"));
        Assert.Contains("Best of All", one, StringComparison.Ordinal);
        Assert.DoesNotContain("Second Best", one, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NamesOutOfThePapersAreOffered()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001") with { Keywords = ["lighthouses"], Organization = "Harbour & Lane" });

        var page = await PageAsync(Link(await AddReaderAsync("ada@example.net"), LinkPurpose.Preferences));

        Assert.Contains("<option value=\"lighthouses\"></option>", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"Harbour &amp; Lane\"></option>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EverythingWeHoldIsInTheFile()
    {
        var reader = await AddReaderAsync("ada@example.net");
        await SaveAsync(reader, HttpStatusCode.OK, ("new_kind", "author"), ("new_value", "Ada Quill"));
        var link = $"{Link(reader, LinkPurpose.Preferences)}/export";
        using var none = await Browser.GetAsync(link, Stop);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);

        using var response = await Browser.PostAsync(link, null, Stop);

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("my-subscription.json", response.Content.Headers.ContentDisposition?.FileName);
        var data = JsonElement.Parse(await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal("ada@example.net", data.GetProperty("subscriber").GetProperty("address").GetString());
        Assert.Equal("Ada Quill", data.GetProperty("interests")[0].GetProperty("value").GetString());
        Assert.Equal("added", data.GetProperty("consent")[0].GetProperty("kind").GetString());
        Assert.Equal("welcome", data.GetProperty("deliveries")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task AllEarlierLinksAreMadeVoidAndTheNewOnesGoByMailOnly()
    {
        var reader = await AddReaderAsync("ada@example.net");
        await MailsAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        var link = Link(reader, LinkPurpose.Preferences);

        var page = await PostAsync($"{link}/links", HttpStatusCode.OK);

        Assert.DoesNotContain("/preferences/", page, StringComparison.Ordinal);
        await PageAsync(link, HttpStatusCode.Gone);
        await PageAsync(Link(reader, LinkPurpose.Unsubscribe), HttpStatusCode.Gone);
        var fresh = Link((await ReaderAsync("ada@example.net"))!, LinkPurpose.Preferences);
        Assert.Contains(await MailsAsync(), mail => mail.TextBody!.Contains(fresh, StringComparison.Ordinal));
        await PageAsync(fresh);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ErasingLeavesNothingPersonalBehind(bool complained)
    {
        var reader = await AddReaderAsync("ada@example.net");
        await SaveAsync(reader, HttpStatusCode.OK, ("new_kind", "author"), ("new_value", "Ada Quill"));
        await PostAsync($"{Link(reader, LinkPurpose.Preferences)}/address", HttpStatusCode.Accepted, ("email", "ada@example.org"));
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        if (complained)
        {
            Assert.True(EmailAddress.TryParse("ada@example.net", out var address, out _));
            await Get<SuppressionStore>().AddAsync(address, SuppressionReason.Complaint, null, Stop);
        }

        var link = $"{Link(reader, LinkPurpose.Preferences)}/erase";
        Assert.Contains("cannot be undone", await PageAsync(link), StringComparison.Ordinal);
        Assert.Matches(Ada, await EverythingAsync());
        await PostAsync(link, HttpStatusCode.OK);

        Assert.DoesNotMatch(Ada, await EverythingAsync());
        await PageAsync(Link(reader, LinkPurpose.Preferences), HttpStatusCode.Gone);
        await PostAsync(link, HttpStatusCode.Gone);
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        Assert.Equal(complained, await ReaderAsync("ada@example.net") is null);
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

    private async Task<IEnumerable<(string Value, double Weight)>> InterestsAsync(Subscriber reader) =>
        (await Get<InterestStore>().ListAsync(reader.Id, Stop)).Select(i => (i.Value, i.Weight)).Order();

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

public sealed class PreferencesOnSqlite() : PreferencesTests(null);

public sealed class PreferencesOnPostgreSql() : PreferencesTests(new PostgreSqlFixture());
