using TrendingMail.Inbound;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Tests.Inbound;

public sealed class MailboxOptionsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AFaultNamesTheMailboxAndWhatIsAccepted()
    {
        var options = new InboundOptions
        {
            Mailboxes =
            [
                new MailboxOptions { Host = "imap.example", UserName = "bounces" },
                new MailboxOptions { Port = 70_000, PollSeconds = 0, PasswordFile = folder.File("none"), CaFile = folder.File("none") },
                new MailboxOptions { Protocol = MailboxProtocol.Maildir, Path = folder.Path },
            ],
            SoftBounceLimit = 0,
        };

        Assert.Collection(options.Faults(),
            fault => Assert.Equal("Inbound:Mailboxes:1 needs a Host and a UserName.", fault),
            fault => Assert.StartsWith("Inbound:Mailboxes:1:Port is 70000", fault, StringComparison.Ordinal),
            fault => Assert.StartsWith("Inbound:Mailboxes:1:PollSeconds is 0", fault, StringComparison.Ordinal),
            fault => Assert.Contains("CaFile", fault, StringComparison.Ordinal),
            fault => Assert.Contains("PasswordFile", fault, StringComparison.Ordinal),
            fault => Assert.Contains("is no Maildir", fault, StringComparison.Ordinal),
            fault => Assert.StartsWith("Inbound:SoftBounceLimit is 0", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void ThePasswordComesFromItsFile() => Assert.Equal("secret",
        new MailboxOptions { PasswordFile = folder.Write("password", "secret\n") }.ReadPassword());
}
