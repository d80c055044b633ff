using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Tests.Inbound.Mailboxes;

public sealed class MaildirMailboxTests : MailboxTests
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task HandledMessagesAreDeletedAndPersonalMailIsKept()
    {
        await AddSubscriberAsync("ada.lund@shop.example");
        CopyMessages("postfix-unknown.eml", "person.eml");

        await new MaildirMailbox(new MailboxOptions { Path = folder.Path }, Processor).ReadAsync(Stop);

        Assert.Empty(Directory.EnumerateFiles(folder.File("new")));
        Assert.Equal("2:2,", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(folder.File("cur")))));
        Assert.Equal(1, await CountAsync("bounce_scores"));
    }

    [Fact]
    public async Task FailingMessageDoesNotBlockOthers()
    {
        await AddSubscriberAsync("ada.lund@shop.example");
        CopyMessages("complaint.eml", "postfix-unknown.eml");
        await Database.WriteAsync(session => session.ExecuteAsync("""
            CREATE TRIGGER defect BEFORE INSERT ON inbound_messages WHEN NEW.kind = 'complaint'
            BEGIN SELECT RAISE(ABORT, 'a defect'); END
            """), Stop);

        await new MaildirMailbox(new MailboxOptions { Path = folder.Path }, Processor).ReadAsync(Stop);

        Assert.Equal("1:2,", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(folder.File("cur")))));
        Assert.Equal(1, await CountAsync("bounce_scores"));
    }

    /// <summary>Copies messages into the Maildir as files 1, 2 and so on.</summary>
    private void CopyMessages(params string[] mails)
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
