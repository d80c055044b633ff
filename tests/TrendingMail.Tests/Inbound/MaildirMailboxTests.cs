using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Tests.Inbound;

public sealed class MaildirMailboxTests : MailboxTests
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task WhatWasDealtWithIsDeletedAndWhatPeopleWriteIsKept()
    {
        await AddReaderAsync("ada.lund@shop.example");
        Fill("postfix-unknown.eml", "person.eml");

        await new MaildirMailbox(new MailboxOptions { Path = folder.Path }, Intake).ReadAsync(Stop);

        Assert.Empty(Directory.EnumerateFiles(folder.File("new")));
        Assert.Equal("2:2,", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(folder.File("cur")))));
        Assert.NotNull((await Subscribers.FindAsync(Address("ada.lund@shop.example"), Stop))!.Suppression);
    }

    [Fact]
    public async Task AMailThatShowsADefectKeepsNoOtherFromBeingRead()
    {
        await AddReaderAsync("ada.lund@shop.example");
        Fill("complaint.eml", "postfix-unknown.eml");
        await Database.WriteAsync(session => session.ExecuteAsync("""
            CREATE TRIGGER defect BEFORE INSERT ON inbound_messages WHEN NEW.kind = 'complaint'
            BEGIN SELECT RAISE(ABORT, 'a defect'); END
            """), Stop);

        await new MaildirMailbox(new MailboxOptions { Path = folder.Path }, Intake).ReadAsync(Stop);

        Assert.Equal("1:2,", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(folder.File("cur")))));
        Assert.NotNull((await Subscribers.FindAsync(Address("ada.lund@shop.example"), Stop))!.Suppression);
    }

    /// <summary>Puts mails into the Maildir, named 1, 2 and so on.</summary>
    private void Fill(params string[] mails)
    {
        foreach (var name in (string[])["new", "cur", "tmp"])
        {
            Directory.CreateDirectory(folder.File(name));
        }

        for (var i = 0; i < mails.Length; i++)
        {
            File.Copy(MailFile(mails[i]), folder.File($"new/{i + 1}"));
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }
}
