using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Diagnostics.Seeds.Mailboxes;

namespace TrendingMail.Tests.Diagnostics.Seeds.Mailboxes;

public sealed class SeedMailboxTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("INBOX", "", Placement.Inbox, "INBOX")]
    [InlineData("INBOX", "promotions", Placement.Other, "Promotions")]
    [InlineData("INBOX", "updates", Placement.Other, "Updates")]
    [InlineData("[Gmail]/Spam", "", Placement.Spam, "[Gmail]/Spam")]
    [InlineData("Papers", "promotions", Placement.Other, "Papers")]
    [InlineData("", "", Placement.Other, "[Gmail]/Alle Nachrichten")]
    public async Task TheFolderOrTabOfAMessageIsFound(
        string folder, string category, Placement placement, string expected)
    {
        await using var server = new FakeGmail { Folder = folder, Category = category };

        var found = await FindAsync(server, SeedMessages.Sent(Morning));

        Assert.Equal((placement, expected), (found?.Placement, found?.Folder));
        Assert.Equal(Morning.AddSeconds(30), found?.ArrivedAt);
        Assert.Equal("pass", found?.Verdicts?.Dmarc);
    }

    [Fact]
    public async Task NothingInTheMailboxIsChanged()
    {
        await using var server = new FakeGmail();

        await FindAsync(server, SeedMessages.Sent(Morning));

        string[] allowed = ["CAPABILITY", "AUTHENTICATE", "NAMESPACE", "LIST", "EXAMINE", "UID", "LOGOUT"];
        Assert.Empty(server.Commands.Select(command => command.Split(' ')[0]).Except(allowed));
        Assert.DoesNotContain(server.Commands, command => command.StartsWith("UID", StringComparison.Ordinal) &&
            (command.Split(' ')[1] is not ("SEARCH" or "FETCH") ||
            command.Contains("BODY[", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AMessageWhoseIdTheRelayReplacedIsFoundByTheIdInItsReply()
    {
        const string RelayId = "010f019a1b2c3d4e-5f60718a-9b0c-4d1e-8f2a-3b4c5d6e7f80-000000";
        await using var server = new FakeGmail { MessageId = $"{RelayId}@eu-central-1.amazonses.com" };

        var found = await FindAsync(server, SeedMessages.Sent(Morning) with { Reply = $"250 Ok {RelayId}" });

        Assert.Equal(Placement.Inbox, found?.Placement);
    }

    [Fact]
    public async Task AMessageThatIsNotThereIsNotFound()
    {
        await using var server = new FakeGmail { MessageId = "another@papers.example.org" };

        Assert.Null(await FindAsync(server, SeedMessages.Sent(Morning)));
    }

    [Fact]
    public async Task ThePasswordIsNotSentWithoutTls()
    {
        await using var server = new FakeGmail();

        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => new SeedMailbox(
            CreateSeed(server) with { AllowPlaintextPassword = false }).SearchAsync(
                [SeedMessages.Sent(Morning)], Stop));

        Assert.Contains("the password would be sent unencrypted", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(
            server.Commands, command => command.StartsWith("AUTHENTICATE", StringComparison.Ordinal));
    }

    private static async Task<FoundMessage?> FindAsync(FakeGmail server, SeedMessage message) =>
        (await new SeedMailbox(CreateSeed(server)).SearchAsync([message], Stop)).GetValueOrDefault(message.Id);

    private static SeedOptions CreateSeed(FakeGmail server) => new()
    {
        Address = "seed@gmail.com",
        Host = "127.0.0.1",
        Port = server.Port,
        Security = SmtpSecurity.None,
        AllowPlaintextPassword = true,
        Password = "secret",
    };
}
