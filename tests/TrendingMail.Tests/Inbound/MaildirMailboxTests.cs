using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Mailboxes;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Storage;
using TrendingMail.Tests.Subscribers;

namespace TrendingMail.Tests.Inbound;

public sealed class MaildirMailboxTests() : StorageTests(new SqliteFixture())
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task WhatWasDealtWithIsDeletedAndWhatPeopleWriteIsKept()
    {
        await AddReaderAsync("ada.lund@shop.example");
        foreach (var name in (string[])["new", "cur", "tmp"])
        {
            Directory.CreateDirectory(folder.File(name));
        }

        var mails = Path.Combine(Repository.Tests, "Inbound", "Mails");
        File.Copy(Path.Combine(mails, "postfix-unknown.eml"), folder.File("new/1"));
        File.Copy(Path.Combine(mails, "person.eml"), folder.File("new/2"));
        var mail = new MailOptions();
        var options = new InboundOptions();
        var desk = new InboundDesk(Database, new InboundBook(options, Clock),
            new ReaderFinder(new ReturnPath(TestKeys.Ring(1), ""), new LinkSigner(TestKeys.Ring(1), Clock), mail), Subscribers, SignUp,
            new MailRoom(Database, Clock).Alerts, options, new DigestOptions(), mail, Clock, NullLogger<InboundDesk>.Instance);

        await new MaildirMailbox(new MailboxOptions { Path = folder.Path }, new Intake(desk, NullLogger<Intake>.Instance)).ReadAsync(Stop);

        Assert.Empty(Directory.EnumerateFiles(folder.File("new")));
        Assert.Equal("2:2,", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(folder.File("cur")))));
        Assert.NotNull((await Subscribers.FindAsync(Address("ada.lund@shop.example"), Stop))!.Suppression);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }
}
