using Dapper;
using Microsoft.Data.Sqlite;

namespace TrendingMail.Tests.Commands.Doctor;

public sealed class DoctorSeedsTests : CommandTests
{
    private static readonly (string, string)[] Settings =
    [
        ("Deliverability:Seeds:0:Address", "seed@mail.example"),
        ("Deliverability:Seeds:0:Provider", "Example Mail"),
        ("Deliverability:Seeds:0:Host", "imap.mail.example"),
        ("Deliverability:Seeds:0:Password", "a-secret-password"),
    ];

    [Fact]
    public async Task WithoutSeedMailboxesItSaysHowToGetThem()
    {
        var output = await SucceedAsync("doctor", "seeds");

        Assert.Contains("No digest was sent to a seed mailbox in these days.", output, StringComparison.Ordinal);
        Assert.Contains("Deliverability:Seeds", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EachDigestAndProviderIsALineAndTheSpamFolderAFailure()
    {
        await SucceedAsync("doctor", "seeds");
        await AddAsync("2026-11-22", "inbox", "INBOX", daysAgo: 1);
        await AddAsync("2026-11-23", "spam", "Junk", daysAgo: 0);
        await AddAsync("2026-10-01", "inbox", "INBOX", daysAgo: 20);

        var result = await RunAsync(Settings, "doctor", "seeds");

        Assert.Equal((Failed, ""), (result.ExitCode, result.Error));
        Assert.Matches(@"(?m)^digest +provider +placed in +minutes +SPF +DKIM +DMARC +remark\r?$", result.Output);
        Assert.Matches(
            @"(?m)^daily 2026-11-23  Example Mail  spam folder Junk  2 +pass  pass  pass\r?$", result.Output);
        Assert.Matches(@"(?m)^daily 2026-11-22  Example Mail  inbox  ", result.Output);
        Assert.DoesNotContain("2026-10-01", result.Output, StringComparison.Ordinal);
        Assert.Contains("is in the spam folder Junk.", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-password", result.Output, StringComparison.Ordinal);
        Assert.Contains("2026-10-01", (await RunAsync(Settings, "doctor", "seeds", "--days", "30")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task JsonHasTheMessagesAndTheFindings()
    {
        await SucceedAsync("doctor", "seeds");
        await AddAsync("2026-11-22", "inbox", "INBOX", daysAgo: 0);

        var result = await RunAsync(Settings, "doctor", "seeds", "--json");

        Assert.Equal((Done, ""), (result.ExitCode, result.Error));
        var message = System.Text.Json.JsonElement.Parse(result.Output).GetProperty("messages")[0];
        Assert.Equal(("Example Mail", "inbox", 2), (
            message.GetProperty("provider").GetString(), message.GetProperty("placement").GetString(),
            message.GetProperty("minutes").GetDouble()));
        var finding = System.Text.Json.JsonElement.Parse(result.Output).GetProperty("findings")[0];
        Assert.Equal("good", finding.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task TheCheckIsMadeAmongTheOthersToo()
    {
        await SucceedAsync("doctor", "seeds");
        await AddAsync("2026-11-23", "spam", "Junk", daysAgo: 0);

        var result = await RunAsync(Settings, "doctor");

        Assert.Equal(Failed, result.ExitCode);
        Assert.Contains("bad     seeds: Example Mail:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AfterTheNameOfAnotherCheckItIsACheckToo()
    {
        var output = await SucceedAsync("doctor", "public-url", "seeds");

        Assert.Contains("public-url:", output, StringComparison.Ordinal);
        Assert.Contains("unknown seeds:", output, StringComparison.Ordinal);
        Assert.DoesNotContain("No digest was sent", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--days", "0")]
    [InlineData("--days", "soon")]
    [InlineData("--nonsense")]
    public async Task WrongUsageIsReported(params string[] options) =>
        Assert.Equal(WrongUsage, (await RunAsync(["doctor", "seeds", .. options])).ExitCode);

    private async Task AddAsync(string day, string placement, string folder, int daysAgo)
    {
        await using var connection = new SqliteConnection(
            $"Data Source={Folder.File(Path.Combine("data", "trendingmail.db"))};Pooling=False");
        var at = DateTimeOffset.UtcNow.AddDays(-daysAgo).AddHours(-1).ToUnixTimeMilliseconds();
        await connection.ExecuteAsync("""
            INSERT INTO seed_messages (kind, key, address, provider, state, attempts, queued_at, next_attempt_at,
                handed_over_at, placement, folder, arrived_at, authentication_results, spf, dkim, dmarc)
            VALUES ('daily', @day, 'seed@mail.example', 'Example Mail', 'sent', 1, @at, @at, @at, @placement, @folder,
                @at + 120000, 'mx.mail.example; dmarc=pass', 'pass', 'pass', 'pass')
            """, new { day, placement, folder, at });
    }
}
