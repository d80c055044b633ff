using System.Net;
using System.Text;
using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Subscribers;

public abstract class UnsubscribeTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Fact]
    public async Task ThePageHasOneButtonThatUnsubscribes()
    {
        var link = Link(await AddSubscriberAsync("ada@example.net"), LinkPurpose.Unsubscribe);

        var page = await PageAsync(link);
        Assert.Equal(2, page.Split("<button").Length);
        Assert.Equal(SubscriberState.Active, (await FindSubscriberAsync("ada@example.net"))!.State);

        Assert.Contains("You are unsubscribed", await PostAsync(link, HttpStatusCode.OK), StringComparison.Ordinal);
        Assert.Equal(["added by command", "unsubscribed by web"], await HistoryAsync());
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click")]
    [InlineData("multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n")]
    public async Task OneClickUnsubscribesWithOnePost(string type, string body)
    {
        var link = Link(await AddSubscriberAsync("ada@example.net"), LinkPurpose.Unsubscribe);
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await Client.PostAsync(link, content, Stop);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.Null(response.Headers.Location);
        Assert.Equal(["added by command", "unsubscribed by one-click"], await HistoryAsync());
    }

    [Fact]
    public async Task UnsubscribingIsIdempotent()
    {
        var link = Link(await AddSubscriberAsync("ada@example.net"), LinkPurpose.Unsubscribe);
        await PostAsync(link, HttpStatusCode.OK);
        var before = await DumpDatabaseAsync();

        await PostAsync(link, HttpStatusCode.OK, ("List-Unsubscribe", "One-Click"));

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task AnOldLinkStillWorks()
    {
        var link = Link(await AddSubscriberAsync("ada@example.net"), LinkPurpose.Unsubscribe);
        Clock.Advance(TimeSpan.FromDays(4 * 365));

        await PostAsync(link, HttpStatusCode.OK);

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync("ada@example.net"))!.State);
    }

    [Fact]
    public async Task QueuedDeliveriesAreNotSent()
    {
        var link = Link(await AddSubscriberAsync("ada@example.net"), LinkPurpose.Unsubscribe);

        await PostAsync(link, HttpStatusCode.OK);

        Assert.StartsWith("goodbye-", Assert.Single(await DeliverAsync()).MessageId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheGoodbyeLinkUndoesAnUnsubscriptionBySomeoneElse()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var forwarded = Link(subscriber, LinkPurpose.Unsubscribe);
        Assert.Contains("a…@example.net", await PageAsync(forwarded), StringComparison.Ordinal);
        await PostAsync(forwarded, HttpStatusCode.OK);
        var goodbye = Assert.Single(await DeliverAsync());
        Assert.Equal("ada@example.net", Assert.Single(goodbye.To.Mailboxes).Address);

        var back = Link(subscriber, LinkPurpose.UndoUnsubscribe);
        Assert.Contains(back, goodbye.TextBody, StringComparison.Ordinal);
        Assert.Contains("a…@example.net", await PageAsync(back), StringComparison.Ordinal);
        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync("ada@example.net"))!.State);
        await PostAsync(back, HttpStatusCode.OK);

        Assert.Equal(SubscriberState.Active, (await FindSubscriberAsync("ada@example.net"))!.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ARevokedLinkUnsubscribesAndShowsNoAddress(bool oneClick)
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var link = Link(subscriber, LinkPurpose.Unsubscribe);
        await Get<SignUpFlow>().RevokeLinksAsync(subscriber.Id, ConsentOrigin.Command, Stop);

        var page = await PageAsync(link);
        var answer = await PostAsync(
            link, HttpStatusCode.OK, oneClick ? [("List-Unsubscribe", "One-Click")] : []);

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync("ada@example.net"))!.State);
        Assert.DoesNotContain("example.net", page + answer, StringComparison.Ordinal);
        Assert.DoesNotContain("/preferences/", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALinkMailedToAFormerAddressUnsubscribesTheNewOne()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var link = Link(subscriber, LinkPurpose.Unsubscribe);
        await MoveAsync(subscriber, "quill@example.org");

        Assert.DoesNotContain("example.org", WithoutLayout(await PageAsync(link)), StringComparison.Ordinal);
        await PostAsync(link, HttpStatusCode.OK, ("List-Unsubscribe", "One-Click"));

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync("quill@example.org"))!.State);
        Assert.Contains(await DeliverAsync(), mail =>
            mail.MessageId!.StartsWith("goodbye-", StringComparison.Ordinal) &&
            mail.To.ToString() == "quill@example.org");
    }

    [Fact]
    public async Task APausedSubscriberUnsubscribes()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await Get<SubscriberStore>().SavePreferencesAsync(subscriber.Id, new Preferences(), Today.AddDays(5), Stop);

        await PostAsync(Link(subscriber, LinkPurpose.Unsubscribe), HttpStatusCode.OK);

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync("ada@example.net"))!.State);
    }

    [Fact]
    public async Task ALinkSignedByAnEarlierKeyUnsubscribes()
    {
        var link = Link(await AddSubscriberAsync("ada@example.net"), LinkPurpose.Unsubscribe);
        Get<KeyStore>().Add();
        Clock.Advance(TimeSpan.FromMinutes(2));

        await PostAsync(link, HttpStatusCode.OK, ("List-Unsubscribe", "One-Click"));

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync("ada@example.net"))!.State);
    }

    [Fact]
    public async Task ALinkOfAnErasedSubscriberUnsubscribesNobody()
    {
        var erased = await AddSubscriberAsync("ada@example.net");
        var link = Link(erased, LinkPurpose.Unsubscribe);
        await Get<ErasureFlow>().EraseAsync(erased.Id, Stop);
        var next = await AddSubscriberAsync("ada@example.net");

        await PostAsync(link, HttpStatusCode.Gone, ("List-Unsubscribe", "One-Click"));

        Assert.NotEqual(erased.Id, next.Id);
        Assert.Equal(SubscriberState.Active, (await FindSubscriberAsync("ada@example.net"))!.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TheLinkOfASeedMailboxAnswersAndChangesNothing(bool oneClick)
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var link = Link(subscriber with { Id = SeedIds.For(subscriber.Id) }, LinkPurpose.Unsubscribe);
        var before = await DumpDatabaseAsync();

        Assert.Contains("<button", await PageAsync(link), StringComparison.Ordinal);
        Assert.Contains("You are unsubscribed", await PostAsync(
            link, HttpStatusCode.OK, oneClick ? [("List-Unsubscribe", "One-Click")] : []), StringComparison.Ordinal);

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task ASeedMailboxHasNoPreferences() => await PostAsync(
        Link(await AddSubscriberAsync("ada@example.net") with { Id = SeedIds.For(1) }, LinkPurpose.Preferences),
        HttpStatusCode.Gone);

    private Task MoveAsync(Subscriber subscriber, string address)
    {
        Assert.True(EmailAddress.TryParse(address, out var parsed, out _));
        return Get<Database>().WriteAsync(
            session => SubscriberStore.ChangeAddressAsync(session, subscriber.Id, parsed), Stop);
    }

    private static string WithoutLayout(string page)
    {
        var start = page.IndexOf("<div class=\"sheet\">", StringComparison.Ordinal);
        return page[start..page.IndexOf("</div>", start, StringComparison.Ordinal)];
    }

    private async Task<IEnumerable<string>> HistoryAsync() =>
        (await Get<SubscriberStore>().ListConsentEventsAsync((await FindSubscriberAsync("ada@example.net"))!.Id, Stop))
            .Select(e => $"{e.Kind} by {e.Origin}".ToLowerInvariant());
}

public sealed class UnsubscribeOnSqlite() : UnsubscribeTests(null);

public sealed class UnsubscribeOnPostgreSql() : UnsubscribeTests(new PostgreSqlFixture());
