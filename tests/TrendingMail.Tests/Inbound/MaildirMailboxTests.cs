using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Tests.Inbound;

public sealed class MaildirMailboxTests : MailboxTests
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

        File.Copy(MailFile("postfix-unknown.eml"), folder.File("new/1"));
        File.Copy(MailFile("person.eml"), folder.File("new/2"));

        await new MaildirMailbox(new MailboxOptions { Path = folder.Path }, Intake).ReadAsync(Stop);

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
