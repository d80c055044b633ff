using System.Net;

namespace TrendingMail.SystemTests.Mail;

/// <summary>PostgreSQL falls amid a run, and comes back.</summary>
[Collection(nameof(NodesTests))]
public sealed class LostDatabaseTests
{
    private const int Readers = 900;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AllGoOnByThemselvesAndNothingIsLostOrDoubled()
    {
        await using var postgres = await PostgreSqlServer.CreateAsync();
        await using var fleet = await Fleet.CreateAsync(postgres.ConnectionString, 2, Readers);
        await using var server = fleet.Serve(new CountingSmtpServer(TimeSpan.FromMilliseconds(10)));
        await using var first = await fleet.Nodes[0].ServeAsync();
        await using var second = await fleet.Nodes[1].ServeAsync();
        var site = fleet.Nodes[0];
        await site.SubscribeAsync("early@example.org");
        await fleet.QueueAsync();
        await server.ReachedAsync(Readers / 4);

        await postgres.StopAtOnceAsync();
        var (readiness, _) = await GetAsync(site, "/healthz/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, readiness);
        var (status, page) = await GetAsync(site, "/papers/2020-01-01");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("Not possible right now", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SubscribeAsync(site, "amid@example.org"));
        await postgres.StartAsync();

        await Until.FoundAsync("both are ready again", Limit, async () =>
            (await GetAsync(site, "/healthz/ready")).Status == HttpStatusCode.OK
            && (await GetAsync(fleet.Nodes[1], "/healthz/ready")).Status == HttpStatusCode.OK ? "yes" : null);
        await Until.FoundAsync("the ledger has all as sent", Limit, async () =>
            await fleet.SentAsync() == Readers ? "yes" : null);
        var digests = server.Taken.Where(mail => mail.Recipient.StartsWith("reader", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Readers, digests.Length);
        Assert.Distinct(digests.Select(mail => mail.Recipient));

        // Who was told that it went well has the mail that asks to confirm; who was told that it did not can try again.
        await HasMailAsync(server, "early@example.org");
        Assert.Equal(HttpStatusCode.Accepted, await SubscribeAsync(site, "amid@example.org"));
        await HasMailAsync(server, "amid@example.org");
        foreach (var node in (Child[])[first, second])
        {
            await node.SignalAsync("TERM");
            Assert.Equal(0, (await node.EndAsync()).ExitCode);
        }
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(ProgramHome site, string path)
    {
        using var answer = await site.Http.GetAsync(new Uri(path, UriKind.Relative), Stop);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private static async Task<HttpStatusCode> SubscribeAsync(ProgramHome site, string address)
    {
        using var form = new FormUrlEncodedContent([new("email", address)]);
        using var answer = await site.Http.PostAsync(new Uri("/subscribe", UriKind.Relative), form, Stop);
        return answer.StatusCode;
    }

    private static Task HasMailAsync(CountingSmtpServer server, string address) => Until.TrueAsync(
        $"{address} has a mail", Limit, () => server.Taken.Any(mail => mail.Recipient == address));
}
