using System.Net;
using System.Text;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web;

public abstract class SubscribeTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Fact]
    public async Task SubscribingIsAnsweredByAMailAndNotByThePage()
    {
        var page = await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));

        Assert.Contains("Check your inbox", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ada@example.net", page, StringComparison.Ordinal);
        var mail = Assert.Single(await MailsAsync());
        Assert.Equal("ada@example.net", Assert.Single(mail.To.Mailboxes).Address);
        Assert.Equal(SubscriberState.Pending, (await ReaderAsync("ada@example.net"))!.State);
    }

    [Fact]
    public async Task TheAnswerIsTheSameForEveryAddress()
    {
        await Get<SignUpFlow>().RequestAsync(Parsed("pending@example.net"), new Preferences(), Origin.Command, Stop);
        await AddReaderAsync("active@example.net");
        var paused = await AddReaderAsync("paused@example.net");
        await Get<SubscriberStore>().SavePreferencesAsync(paused.Id, new Preferences(), Today.AddDays(5), Stop);
        var gone = await AddReaderAsync("gone@example.net");
        await Get<SignUpFlow>().UnsubscribeAsync(gone.Id, Origin.Command, Stop);

        var answers = new List<string>();
        foreach (var name in new[] { "new", "pending", "active", "paused", "gone", "new" })
        {
            using var form = new FormUrlEncodedContent([new("email", $"{name}@example.net")]);
            using var response = await Browser.PostAsync("/subscribe", form, Stop);
            answers.Add($"{(int)response.StatusCode}\n{response.Headers}\n{response.Content.Headers}\n" +
                await response.Content.ReadAsStringAsync(Stop));
        }

        Assert.Single(answers.Distinct());
        Assert.StartsWith("202", answers[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyTheNetworkOfTheBrowserIsKept()
    {
        RemoteAddress = IPAddress.Parse("2001:db8:7:42::1");
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));

        var reader = (await ReaderAsync("ada@example.net"))!;
        var asked = Assert.Single(await Get<SubscriberStore>().ConsentHistoryAsync(reader.Id, Stop));

        Assert.Equal(("web", "2001:db8:7::/48"), (asked.Origin, asked.Network));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("<script>alert(1)</script>@example.net")]
    [InlineData("ada@example")]
    public async Task AnAddressThatCannotBeIsToldAndChangesNothing(string email)
    {
        var before = await EverythingAsync();

        var page = await PostAsync("/subscribe", HttpStatusCode.BadRequest, ("email", email));

        Assert.Contains("Please look at the address", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task AProgramThatFillsTheTrapIsToldNothingAndChangesNothing()
    {
        var person = await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        var before = await EverythingAsync();

        var program = await PostAsync(
            "/subscribe", HttpStatusCode.Accepted, ("email", "bo@example.net"), ("website", "https://spam.example"));

        Assert.Equal(person, program);
        Assert.Equal(before, await EverythingAsync());
    }

    [Theory]
    [InlineData("application/json", "{\"email\": \"ada@example.net\"}")]
    [InlineData("text/plain", "email=ada@example.net")]
    [InlineData("multipart/form-data", "email=ada@example.net")]
    [InlineData("multipart/form-data; boundary=x", "--y broken")]
    [InlineData("application/x-www-form-urlencoded", "")]
    public async Task WhatIsNoFormIsRefused(string type, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await Browser.PostAsync("/subscribe", content, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task AFormWithoutEndIsNotRead()
    {
        using var form = new FormUrlEncodedContent([new("email", "ada@example.net"), new("x", new string('x', 20_000))]);

        using var response = await Browser.PostAsync("/subscribe", form, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(await ReaderAsync("ada@example.net"));
    }

    [Fact]
    public async Task WhatASignUpChoosesIsWhatTheReaderStartsWith()
    {
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"), ("time_zone", "Asia/Tokyo"),
            ("frequency", "weekly"), ("weekday", "friday"), ("papers", "3"), ("time", "18:30"), ("format", "text"));

        Assert.Equal(new Preferences
        {
            Frequency = Frequency.Weekly,
            Weekday = DayOfWeek.Friday,
            SendAt = new TimeOnly(18, 30),
            TimeZone = "Asia/Tokyo",
            Papers = 3,
            Format = MailFormat.Text,
        }, (await ReaderAsync("ada@example.net"))!.Preferences);
    }

    [Fact]
    public async Task TheConsentHistoryKeepsWhatThePagesSaid()
    {
        Assert.Contains("at the hour you choose. No tracking; one click ends it.", await PageAsync("/"), StringComparison.Ordinal);
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        var reader = (await ReaderAsync("ada@example.net"))!;
        await PostAsync(Link(reader, LinkPurpose.Confirm), HttpStatusCode.OK);

        Assert.All(await Get<SubscriberStore>().ConsentHistoryAsync(reader.Id, Stop), consent => Assert.Equal(
            "The trending papers of Papers & Co by email: one mail a day, at the hour you choose. No tracking; one click ends it.",
            consent.Text));
    }

    [Fact]
    public async Task AZoneOfTheBrowserThatIsNotKnownHereStopsNobody()
    {
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"), ("time_zone", "Mars/Olympus"));

        Assert.Equal("UTC", (await ReaderAsync("ada@example.net"))!.Preferences.TimeZone);
    }

    [Fact]
    public async Task AWrongChoiceIsToldAndChangesNothing()
    {
        var before = await EverythingAsync();

        var page = await PostAsync("/subscribe", HttpStatusCode.BadRequest, ("email", "ada@example.net"), ("papers", "99"));

        Assert.Contains("from 1 to 50", page, StringComparison.Ordinal);
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task ALookAlikeDomainIsAskedAboutAndNothingIsRefused()
    {
        var page = await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@gmial.com"), ("time_zone", "Asia/Tokyo"));

        Assert.Contains("Check your inbox", page, StringComparison.Ordinal);
        Assert.Contains("Did you mean <span class=\"address\">ada@gmail.com</span>?", page, StringComparison.Ordinal);
        Assert.NotNull(await ReaderAsync("ada@gmial.com"));
        Clock.Advance(TimeSpan.FromSeconds(3));
        await PostAsync("/subscribe", HttpStatusCode.Accepted, [.. FieldsOf(page)]);
        Assert.Equal("Asia/Tokyo", (await ReaderAsync("ada@gmail.com"))!.Preferences.TimeZone);
    }

    private static EmailAddress Parsed(string text) =>
        EmailAddress.TryParse(text, out var address, out var fault) ? address : throw new ArgumentException(fault);
}

public sealed class SubscribeOnSqlite() : SubscribeTests(null);

public sealed class SubscribeOnPostgreSql() : SubscribeTests(new PostgreSqlFixture());
