using System.Net;
using TrendingMail.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Subscribers;

public abstract class AddressChangeTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Fact]
    public async Task ASubscriberChangesTheAddressByTheLinksInTheMails()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var old = Link(subscriber, LinkPurpose.Preferences);

        var page = await PostAsync(
            Link(subscriber, LinkPurpose.ChangeAddress), HttpStatusCode.Accepted, ("email", "quill@example.org"));
        Assert.Contains("Check the new inbox", page, StringComparison.Ordinal);
        var move = (await DeliverAsync()).Single(
            mail => mail.MessageId!.StartsWith("address_change_confirmation-", StringComparison.Ordinal));
        Assert.Equal("quill@example.org", Assert.Single(move.To.Mailboxes).Address);
        Assert.DoesNotContain("ada@example.net", move.TextBody, StringComparison.Ordinal);
        Assert.Contains("203.0.113.0/24", move.TextBody, StringComparison.Ordinal);
        var notice = (await DeliverAsync()).Single(
            mail => mail.MessageId!.StartsWith("address_change_notice-", StringComparison.Ordinal));
        var confirm = LinkIn(move.TextBody!, "/move/");
        Assert.Contains("a…@example.net", await PageAsync(confirm), StringComparison.Ordinal);
        await PageAsync(old);
        await PostAsync(confirm, HttpStatusCode.OK);

        await PageAsync(old, HttpStatusCode.Gone);
        Assert.Equal("ada@example.net", Assert.Single(notice.To.Mailboxes).Address);
        Assert.DoesNotContain("quill@example.org", notice.TextBody, StringComparison.Ordinal);
        Assert.NotNull(await FindSubscriberAsync("quill@example.org"));
        Assert.Null(await FindSubscriberAsync("ada@example.net"));

        await PostAsync(LinkIn(notice.TextBody!, "/move-back/"), HttpStatusCode.OK);
        Assert.NotNull(await FindSubscriberAsync("ada@example.net"));
        await PostAsync(confirm, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task ThePagesDistinguishTheTwoAddresses()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await PostAsync(Link(subscriber, LinkPurpose.ChangeAddress), HttpStatusCode.Accepted,
            ("email", "alan@example.net"));
        var mails = await DeliverAsync();

        foreach (var (kind, path) in (IEnumerable<(string, string)>)
            [("address_change_confirmation-", "/move/"), ("address_change_notice-", "/move-back/")])
        {
            var mail = mails.Single(mail => mail.MessageId!.StartsWith(kind, StringComparison.Ordinal));
            var page = await PageAsync(LinkIn(mail.TextBody!, path));
            Assert.Contains("ad…@example.net", page, StringComparison.Ordinal);
            Assert.Contains("al…@example.net", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ASharedMailboxIsAskedForFirst()
    {
        var link = Link(await AddSubscriberAsync("ada@example.net"), LinkPurpose.ChangeAddress);

        var page = await PostAsync(link, HttpStatusCode.OK, ("email", "noreply@example.org"));
        Assert.Contains("name=\"shared_mailbox\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"noreply@example.org\"", page, StringComparison.Ordinal);
        await PostAsync(link, HttpStatusCode.Accepted, ("email", "noreply@example.org"), ("shared_mailbox", "yes"));

        Assert.Contains(await DeliverAsync(), mail => mail.To.ToString() == "noreply@example.org");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("ada@[192.0.2.1]")]
    public async Task AnInvalidAddressIsRejected(string email)
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        var before = await DumpDatabaseAsync();

        await PostAsync(
            Link(subscriber, LinkPurpose.ChangeAddress), HttpStatusCode.BadRequest, ("email", email));

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task TheResponseDoesNotRevealWhoIsSubscribed()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await AddSubscriberAsync("bo@example.net");
        var link = Link(subscriber, LinkPurpose.ChangeAddress);

        Assert.Equal(await PostAsync(link, HttpStatusCode.Accepted, ("email", "bo@example.net")),
            await PostAsync(link, HttpStatusCode.Accepted, ("email", "new@example.net")));
    }

    [Fact]
    public async Task AConfirmationLinkExpires()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await PostAsync(Link(subscriber, LinkPurpose.ChangeAddress), HttpStatusCode.Accepted,
            ("email", "new@example.net"));
        var link = LinkIn(
            (await DeliverAsync()).Single(mail => mail.MessageId!.StartsWith("address_change_confirmation-",
                StringComparison.Ordinal)).TextBody!, "/move/");
        Clock.Advance(TimeSpan.FromHours(49));

        Assert.Contains("expired", await PostAsync(link, HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    private static string LinkIn(string text, string path)
    {
        var start = text.IndexOf(path, StringComparison.Ordinal);
        return text[start..].Split('\n', '\r', ' ')[0];
    }
}

public sealed class AddressChangeOnSqlite() : AddressChangeTests(null);

public sealed class AddressChangeOnPostgreSql() : AddressChangeTests(new PostgreSqlFixture());
