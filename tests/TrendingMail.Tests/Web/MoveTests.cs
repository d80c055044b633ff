using System.Net;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web;

public abstract class MoveTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Fact]
    public async Task AReaderMovesByTheLinksInTheMails()
    {
        var reader = await AddReaderAsync("ada@example.net");
        var old = Link(reader, LinkPurpose.Preferences);

        var asked = await PostAsync($"{old}/address", HttpStatusCode.Accepted, ("email", "quill@example.org"));
        Assert.Contains("Check the new inbox", asked, StringComparison.Ordinal);
        var move = (await MailsAsync()).Single(mail => mail.MessageId!.StartsWith("move-", StringComparison.Ordinal));
        Assert.Equal("quill@example.org", Assert.Single(move.To.Mailboxes).Address);
        Assert.DoesNotContain("ada@example.net", move.TextBody, StringComparison.Ordinal);
        Assert.Contains("203.0.113.0/24", move.TextBody, StringComparison.Ordinal);
        var told = (await MailsAsync()).Single(mail => mail.MessageId!.StartsWith("moving-", StringComparison.Ordinal));
        var confirm = LinkIn(move.TextBody!, "/move/");
        Assert.Contains("a…@example.net", await PageAsync(confirm), StringComparison.Ordinal);
        await PageAsync(old);
        await PostAsync(confirm, HttpStatusCode.OK);

        await PageAsync(old, HttpStatusCode.Gone);
        Assert.Equal("ada@example.net", Assert.Single(told.To.Mailboxes).Address);
        Assert.DoesNotContain("quill@example.org", told.TextBody, StringComparison.Ordinal);
        Assert.NotNull(await ReaderAsync("quill@example.org"));
        Assert.Null(await ReaderAsync("ada@example.net"));

        await PostAsync(LinkIn(told.TextBody!, "/move-back/"), HttpStatusCode.OK);
        Assert.NotNull(await ReaderAsync("ada@example.net"));
        await PostAsync(confirm, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("ada@[192.0.2.1]")]
    public async Task AnAddressThatCannotBeIsTold(string email)
    {
        var reader = await AddReaderAsync("ada@example.net");
        var before = await EverythingAsync();

        await PostAsync($"{Link(reader, LinkPurpose.Preferences)}/address", HttpStatusCode.BadRequest, ("email", email));

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task TheAnswerDoesNotTellWhoIsSubscribed()
    {
        var reader = await AddReaderAsync("ada@example.net");
        await AddReaderAsync("bo@example.net");
        var link = $"{Link(reader, LinkPurpose.Preferences)}/address";

        Assert.Equal(await PostAsync(link, HttpStatusCode.Accepted, ("email", "bo@example.net")),
            await PostAsync(link, HttpStatusCode.Accepted, ("email", "new@example.net")));
    }

    [Fact]
    public async Task AConfirmationOfAnAddressExpires()
    {
        var reader = await AddReaderAsync("ada@example.net");
        await PostAsync($"{Link(reader, LinkPurpose.Preferences)}/address", HttpStatusCode.Accepted, ("email", "new@example.net"));
        var link = LinkIn((await MailsAsync()).Single(mail => mail.MessageId!.StartsWith("move-", StringComparison.Ordinal)).TextBody!, "/move/");
        Clock.Advance(TimeSpan.FromHours(49));

        Assert.Contains("expired", await PostAsync(link, HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    private static string LinkIn(string text, string path)
    {
        var start = text.IndexOf(path, StringComparison.Ordinal);
        return text[start..].Split('\n', '\r', ' ')[0];
    }
}

public sealed class MoveOnSqlite() : MoveTests(null);

public sealed class MoveOnPostgreSql() : MoveTests(new PostgreSqlFixture());
