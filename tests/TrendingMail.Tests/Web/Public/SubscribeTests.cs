using System.Net;
using System.Text;
using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Public;

public abstract class SubscribeTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Fact]
    public async Task SubscribingSendsAConfirmation()
    {
        var page = await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));

        Assert.Contains("Check your inbox", page, StringComparison.Ordinal);
        Assert.Contains("We sent a confirmation link to <strong class=\"address\">ada@example.net</strong>.", page,
            StringComparison.Ordinal);
        var mail = Assert.Single(await DeliverAsync());
        Assert.Equal("ada@example.net", Assert.Single(mail.To.Mailboxes).Address);
        Assert.Equal(SubscriberState.Pending, (await FindSubscriberAsync("ada@example.net"))!.State);
    }

    [Fact]
    public async Task TheResponseIsTheSameForEveryAddress()
    {
        await Get<SignUpFlow>()
            .RequestAsync(ParseAddress("pending@example.net"), new Preferences(), ConsentOrigin.Command, Stop);
        await AddSubscriberAsync("active@example.net");
        var paused = await AddSubscriberAsync("paused@example.net");
        await Get<SubscriberStore>().SavePreferencesAsync(paused.Id, new Preferences(), Today.AddDays(5), Stop);
        var gone = await AddSubscriberAsync("gone@example.net");
        await Get<SignUpFlow>().UnsubscribeAsync(gone.Id, ConsentOrigin.Command, Stop);

        var responses = new List<string>();
        foreach (var name in new[] { "new", "pending", "active", "paused", "gone", "new" })
        {
            var address = $"{name}@example.net";
            using var form = new FormUrlEncodedContent([new("email", address)]);
            using var response = await Client.PostAsync("/subscribe", form, Stop);

            // The page repeats the address, which changes nothing but its length.
            var body = (await response.Content.ReadAsStringAsync(Stop)).Replace(address, "", StringComparison.Ordinal);
            response.Content.Headers.ContentLength -= address.Length;
            responses.Add($"{(int)response.StatusCode}\n{response.Headers}\n{response.Content.Headers}\n{body}");
        }

        Assert.Single(responses.Distinct());
        Assert.StartsWith("202", responses[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyTheNetworkOfTheClientIsStored()
    {
        RemoteAddress = IPAddress.Parse("2001:db8:7:42::1");
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));

        var subscriber = (await FindSubscriberAsync("ada@example.net"))!;
        var asked = Assert.Single(await Get<SubscriberStore>().ListConsentEventsAsync(subscriber.Id, Stop));

        Assert.Equal(("web", "2001:db8:7::/48"), (asked.Origin, asked.Network));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("<script>alert(1)</script>@example.net")]
    [InlineData("ada@example")]
    public async Task AnInvalidAddressIsReportedAndNothingChanges(string email)
    {
        var before = await DumpDatabaseAsync();

        var page = await PostAsync("/subscribe", HttpStatusCode.BadRequest, ("email", email));

        Assert.Contains("Please check the address", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task FillingTheHoneypotGetsTheUsualResponseAndChangesNothing()
    {
        var person = await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        var before = await DumpDatabaseAsync();

        var program = await PostAsync(
            "/subscribe", HttpStatusCode.Accepted, ("email", "bo@example.net"), ("website", "https://spam.example"));

        Assert.Equal(person, program.Replace("bo@example.net", "ada@example.net", StringComparison.Ordinal));
        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Theory]
    [InlineData("application/json", "{\"email\": \"ada@example.net\"}")]
    [InlineData("text/plain", "email=ada@example.net")]
    [InlineData("multipart/form-data", "email=ada@example.net")]
    [InlineData("multipart/form-data; boundary=x", "--y broken")]
    [InlineData("application/x-www-form-urlencoded", "")]
    public async Task AnInvalidFormIsRejected(string type, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await Client.PostAsync("/subscribe", content, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task AnOversizedFormIsRejected()
    {
        using var form = new FormUrlEncodedContent(
            [new("email", "ada@example.net"), new("x", new string('x', 20_000))]);

        using var response = await Client.PostAsync("/subscribe", form, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(await FindSubscriberAsync("ada@example.net"));
    }

    [Fact]
    public async Task ASharedMailboxIsAskedForFirstWhoeverItIs()
    {
        await AddSubscriberAsync("info@example.net");
        var before = await DumpDatabaseAsync();
        var known = await PostAsync("/subscribe", HttpStatusCode.OK, ("email", "info@example.net"));
        var unknown = await PostAsync("/subscribe", HttpStatusCode.OK, ("email", "abuse@example.net"));

        Assert.Contains("Is this a shared mailbox?", unknown, StringComparison.Ordinal);
        Assert.Equal(known.Replace("info@", "abuse@", StringComparison.Ordinal), unknown);
        Assert.Equal(before, await DumpDatabaseAsync());
        await PostAsync(
            "/subscribe", HttpStatusCode.Accepted, ("email", "abuse@example.net"), ("shared_mailbox", "yes"));
        Assert.NotNull(await FindSubscriberAsync("abuse@example.net"));
    }

    [Fact]
    public async Task ASignUpCanChoosePreferences()
    {
        await PostAsync(
            "/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"), ("time_zone", "Asia/Tokyo"),
            ("frequency", "weekly"), ("weekday", "friday"), ("papers", "3"), ("time", "18:30"), ("format", "text"));

        Assert.Equal(new Preferences
        {
            Frequency = Frequency.Weekly,
            Weekday = DayOfWeek.Friday,
            SendAt = new TimeOnly(18, 30),
            TimeZone = "Asia/Tokyo",
            Papers = 3,
            Format = MailFormat.Text,
        }, (await FindSubscriberAsync("ada@example.net"))!.Preferences);
    }

    [Fact]
    public async Task TheConsentHistoryKeepsTheWordingOfThePages()
    {
        Assert.Contains("at the time you choose. No tracking. Unsubscribe with one click.", await PageAsync("/"),
            StringComparison.Ordinal);
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        var subscriber = (await FindSubscriberAsync("ada@example.net"))!;
        await PostAsync(Link(subscriber, LinkPurpose.Confirm), HttpStatusCode.OK);

        Assert.All(await Get<SubscriberStore>().ListConsentEventsAsync(subscriber.Id, Stop), consent => Assert.Equal(
            "The trending papers of Papers & Co by email: one message a day, at the time you choose. No tracking. " +
            "Unsubscribe with one click.",
            consent.Text));
    }

    [Fact]
    public async Task AnUnknownBrowserTimeZoneIsIgnored()
    {
        await PostAsync(
            "/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"), ("time_zone", "Mars/Olympus"));

        Assert.Equal("UTC", (await FindSubscriberAsync("ada@example.net"))!.Preferences.TimeZone);
    }

    [Fact]
    public async Task AnInvalidChoiceIsReportedAndNothingChanges()
    {
        var before = await DumpDatabaseAsync();

        var page = await PostAsync(
            "/subscribe", HttpStatusCode.BadRequest, ("email", "ada@example.net"), ("papers", "99"));

        Assert.Contains("from 1 to 50", page, StringComparison.Ordinal);
        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task ACorrectionIsSuggestedForAMisspelledDomain()
    {
        var page = await PostAsync(
            "/subscribe", HttpStatusCode.Accepted, ("email", "ada@gmial.com"), ("time_zone", "Asia/Tokyo"));

        Assert.Contains("Check your inbox", page, StringComparison.Ordinal);
        Assert.Contains("Did you mean ada@gmail.com?", page, StringComparison.Ordinal);
        Assert.NotNull(await FindSubscriberAsync("ada@gmial.com"));
        Clock.Advance(TimeSpan.FromSeconds(3));
        await PostAsync("/subscribe", HttpStatusCode.Accepted, [.. GetHiddenFields(page)]);
        Assert.Equal("Asia/Tokyo", (await FindSubscriberAsync("ada@gmail.com"))!.Preferences.TimeZone);
    }

    private static EmailAddress ParseAddress(string text) =>
        EmailAddress.TryParse(text, out var address, out var fault) ? address : throw new ArgumentException(fault);
}

public sealed class SubscribeOnSqlite() : SubscribeTests(null);

public sealed class SubscribeOnPostgreSql() : SubscribeTests(new PostgreSqlFixture());
