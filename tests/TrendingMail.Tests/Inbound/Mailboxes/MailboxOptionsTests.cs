using TrendingMail.Delivery;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Tests.Inbound.Mailboxes;

public sealed class MailboxOptionsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ErrorNamesTheMailboxAndTheAcceptedValues()
    {
        var options = new InboundOptions
        {
            Mailboxes =
            [
                new MailboxOptions { Host = "imap.example", UserName = "bounces" },
                new MailboxOptions { Port = 70_000, PollSeconds = 0, PasswordFile = folder.File("none"),
                    CaFile = folder.File("none") },
                new MailboxOptions { Protocol = MailboxProtocol.Maildir, Path = folder.Path },
            ],
            SoftBounceLimit = 0,
        };

        Assert.Collection(options.Validate(),
            error => Assert.Equal("Inbound:Mailboxes:1 needs a Host and a UserName.", error),
            error => Assert.StartsWith("Inbound:Mailboxes:1:PollSeconds is 0", error, StringComparison.Ordinal),
            error => Assert.StartsWith("Inbound:Mailboxes:1:Port is 70000", error, StringComparison.Ordinal),
            error => Assert.Contains("CaFile", error, StringComparison.Ordinal),
            error => Assert.Contains("PasswordFile", error, StringComparison.Ordinal),
            error => Assert.Contains("is not a Maildir", error, StringComparison.Ordinal),
            error => Assert.StartsWith("Inbound:SoftBounceLimit is 0", error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SmtpSecurity.None, false, false)]
    [InlineData(SmtpSecurity.None, true, true)]
    [InlineData(SmtpSecurity.Auto, false, true)]
    public void APasswordWithoutTlsMustBeAllowed(SmtpSecurity security, bool isAllowed, bool isValid) =>
        Assert.Equal(isValid, !new MailboxOptions
        {
            Host = "imap.example",
            UserName = "bounces",
            Security = security,
            AllowPlaintextPassword = isAllowed,
        }.Validate(0).Any());

    [Fact]
    public void PasswordIsReadFromFile() => Assert.Equal("secret",
        new MailboxOptions { PasswordFile = folder.Write("password", "secret\n") }.ReadPassword());
}
