using System.Net;
using System.Text.Json;
using MimeKit;
using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Subscribers;

/// <summary>What needs a link mailed for it: the export, a change of address, the erasure.</summary>
public abstract class AccountTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    /// <summary>Matches the name as a whole word only: keys and hashes may contain the letters.</summary>
    private const string Ada = @"(?i)\bada\b";

    public static TheoryData<string, string> Actions => new()
    {
        { "export", "/export/" }, { "move", "/change-address/" }, { "erase", "/erase/" },
    };

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task TheLinkIsMailedToTheAddressAndWorksForAnHour(string action, string path)
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");

        var answer = await RequestLinkAsync(subscriber, action);

        Assert.DoesNotContain(path, answer, StringComparison.Ordinal);
        Assert.Contains("a…@example.net", answer, StringComparison.Ordinal);
        var mail = await AccountMailAsync();
        Assert.Equal("ada@example.net", Assert.Single(mail.To.Mailboxes).Address);
        Assert.Contains("203.0.113.0/24", mail.TextBody, StringComparison.Ordinal);
        var link = LinkIn(mail, path);
        Assert.Contains("a…@example.net", await PageAsync(link), StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        Assert.Contains(
            "valid for an hour", await PostAsync(link, HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.NotNull(await FindSubscriberAsync("ada@example.net"));
    }

    /// <summary>
    /// The token in the List-Unsubscribe header is seen by relays and feedback loops. From its page, every link and
    /// every form is followed as its holder would, and nothing that is found may reveal, move or erase anything.
    /// </summary>
    [Fact]
    public async Task NothingBehindTheUnsubscribeLinkRevealsMovesOrErases()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var unsubscribe = Link(subscriber, LinkPurpose.Unsubscribe);
        var preferences = Link(subscriber, LinkPurpose.Preferences);
        Assert.Contains(preferences, await PageAsync(unsubscribe), StringComparison.Ordinal);
        var page = await PageAsync(preferences);

        foreach (var former in (string[])["export", "address", "erase"])
        {
            await PostAsync($"{preferences}/{former}", HttpStatusCode.NotFound, ("email", "thief@example.org"));
        }

        foreach (var path in (string[])["export", "change-address", "erase"])
        {
            foreach (var token in (string[])[unsubscribe, preferences])
            {
                await PostAsync($"/{path}/{token.Split('/')[^1]}", HttpStatusCode.BadRequest,
                    ("email", "thief@example.org"));
            }
        }

        Assert.DoesNotContain("ada@", page, StringComparison.Ordinal);
        Assert.Equal("ada@example.net", (await FindSubscriberAsync("ada@example.net"))!.Address);
        Assert.DoesNotContain("thief", await DumpDatabaseAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALinkServesOneActionOnly()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var before = await DumpDatabaseAsync();
        var token = Link(subscriber, LinkPurpose.ExportData).Split('/')[^1];

        await PostAsync($"/erase/{token}", HttpStatusCode.BadRequest);
        await PostAsync($"/change-address/{token}", HttpStatusCode.BadRequest, ("email", "bo@example.net"));
        await PageAsync($"/preferences/{token}", HttpStatusCode.BadRequest);

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task ARevokedLinkDoesNothing()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var link = Link(subscriber, LinkPurpose.EraseData);
        await Get<SignUpFlow>().RevokeLinksAsync(subscriber.Id, ConsentOrigin.Command, Stop);

        await PostAsync(link, HttpStatusCode.Gone);

        Assert.NotNull(await FindSubscriberAsync("ada@example.net"));
    }

    [Fact]
    public async Task AnswersSayWhetherALinkWasSent()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        Assert.Contains("We sent a link to a…@example.net. It works",
            await RequestLinkAsync(subscriber, "export"), StringComparison.Ordinal);
        Assert.Contains("nothing was sent this time", await RequestLinkAsync(subscriber, "export"),
            StringComparison.Ordinal);
        Assert.True(EmailAddress.TryParse("ada@example.net", out var address, out _));
        await Get<SuppressionStore>().AddAsync(address, SuppressionReason.HardBounce, null, Stop);
        Assert.Contains("Nothing was sent", await RequestLinkAsync(subscriber, "erase"), StringComparison.Ordinal);

        await PostAsync($"{Link(subscriber, LinkPurpose.Preferences)}/account", HttpStatusCode.BadRequest,
            ("action", "anything"));
    }

    [Fact]
    public async Task TheExportContainsAllPersonalData()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Get<Database>().WriteAsync(session => InterestStore.ReplaceAsync(
            session, subscriber.Id, [Interest.Create(InterestKind.Author, "Ada Quill")!]), Stop);
        var link = Link(subscriber, LinkPurpose.ExportData);
        Assert.DoesNotContain("Quill", await PageAsync(link), StringComparison.Ordinal);

        using var response = await Client.PostAsync(link, null, Stop);

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("my-subscription.json", response.Content.Headers.ContentDisposition?.FileName);
        var data = JsonElement.Parse(await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal("ada@example.net", data.GetProperty("subscriber").GetProperty("address").GetString());
        Assert.Equal("Ada Quill", data.GetProperty("interests")[0].GetProperty("value").GetString());
        Assert.Equal("added", data.GetProperty("consent")[0].GetProperty("kind").GetString());
        Assert.Equal("welcome", data.GetProperty("deliveries")[0].GetProperty("kind").GetString());
        Assert.Equal("queued", data.GetProperty("deliveries")[0].GetProperty("state").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ErasureLeavesNoPersonalData(bool complained)
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Get<Database>().WriteAsync(session => InterestStore.ReplaceAsync(
            session, subscriber.Id, [Interest.Create(InterestKind.Author, "Ada Quill")!]), Stop);
        await PostAsync(Link(subscriber, LinkPurpose.ChangeAddress), HttpStatusCode.Accepted,
            ("email", "ada@example.org"));
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        if (complained)
        {
            Assert.True(EmailAddress.TryParse("ada@example.net", out var address, out _));
            await Get<SuppressionStore>().AddAsync(address, SuppressionReason.Complaint, null, Stop);
        }

        await RequestLinkAsync(subscriber, "erase");
        var link = Link(subscriber, LinkPurpose.EraseData);
        Assert.Contains("cannot be undone", await PageAsync(link), StringComparison.Ordinal);
        Assert.Matches(Ada, await DumpDatabaseAsync());
        await PostAsync(link, HttpStatusCode.OK);

        Assert.DoesNotMatch(Ada, await DumpDatabaseAsync());
        await PageAsync(Link(subscriber, LinkPurpose.Preferences), HttpStatusCode.Gone);
        await PostAsync(link, HttpStatusCode.Gone);
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "ada@example.net"));
        Assert.Equal(complained, await FindSubscriberAsync("ada@example.net") is null);
    }

    private Task<string> RequestLinkAsync(Subscriber subscriber, string action) => PostAsync(
        $"{Link(subscriber, LinkPurpose.Preferences)}/account", HttpStatusCode.Accepted, ("action", action));

    private async Task<MimeMessage> AccountMailAsync() => (await DeliverAsync())
        .Single(mail => mail.MessageId!.StartsWith("account_link-", StringComparison.Ordinal));

    private static string LinkIn(MimeMessage mail, string path)
    {
        var text = mail.TextBody!;
        return text[text.IndexOf(path, StringComparison.Ordinal)..].Split('\n', '\r', ' ')[0];
    }
}

public sealed class AccountOnSqlite() : AccountTests(null);

public sealed class AccountOnPostgreSql() : AccountTests(new PostgreSqlFixture());
