using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Outbox;
using TrendingMail.Messages;
using TrendingMail.Tests.Messages;

namespace TrendingMail.Tests.Delivery.Outbox;

public sealed class OutboxTransportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AMessageIsWrittenToAFileNamedAfterItsMessageId()
    {
        var outcome = await SendAsync(TestEnvelopes.To("ada@example.net"));

        Assert.Equal(new Outcome.Accepted("written to daily-2026-11-23.1.eml"), outcome);
        using var message = await MimeMessage.LoadAsync(folder.File("outbox/daily-2026-11-23.1.eml"), Stop);
        Assert.Equal("Papers", message.Subject);
    }

    [Fact]
    public async Task AMessageSentAgainReplacesItsFile()
    {
        await SendAsync(TestEnvelopes.To("ada@example.net"));
        await SendAsync(TestEnvelopes.To("ada@example.net", subject: "Again"));

        Assert.Equal(["daily-2026-11-23.1.eml"],
            Directory.EnumerateFiles(folder.File("outbox")).Select(Path.GetFileName));
        using var message = await MimeMessage.LoadAsync(folder.File("outbox/daily-2026-11-23.1.eml"), Stop);
        Assert.Equal("Again", message.Subject);
    }

    [Fact]
    public async Task AnUnwritableFolderIsUnreachable()
    {
        folder.Write("outbox", "a file where a folder is expected");

        var outcome = await SendAsync(TestEnvelopes.To("ada@example.net"));

        Assert.Contains(
            "cannot write to the outbox", Assert.IsType<Outcome.Unreachable>(outcome).Reply, StringComparison.Ordinal);
    }

    private async Task<Outcome> SendAsync(Envelope envelope)
    {
        var connection = Assert.Single(new OutboxTransport(folder.File("outbox")).CreateConnections());
        await using (connection)
        {
            Assert.Null(await connection.PrepareAsync(Stop));
            return await connection.SendAsync(envelope, Stop);
        }
    }
}
