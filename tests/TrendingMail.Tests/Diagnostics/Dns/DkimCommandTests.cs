using TrendingMail.Tests.Commands;

namespace TrendingMail.Tests.Diagnostics.Dns;

public sealed class DkimCommandTests : CommandTests
{
    private static readonly (string, string)[] Sender = [("Mail:From", "digest@papers.example.org")];

    [Fact]
    public async Task ACreatedKeyIsShownOnceItIsConfigured()
    {
        var created = await RunAsync(Sender, "dkim", "create", "s1");
        var line = created.Output.Split('\n').Single(line => line.Contains(" IN TXT ", StringComparison.Ordinal));

        var shown = await RunAsync(
            [
                .. Sender,
                .. created.Output.Split('\n').Where(text => text.StartsWith("export ", StringComparison.Ordinal))
                    .Select(text => text["export ".Length..].TrimEnd().Split('=', 2))
                    .Select(setting => (setting[0], setting[1])),
            ],
            "dkim", "show");

        Assert.Equal((Done, ""), (created.ExitCode, created.Error));
        Assert.Equal((Done, line.TrimEnd()), (shown.ExitCode, shown.Output.TrimEnd()));
        Assert.StartsWith(
            "s1._domainkey.papers.example.org. IN TXT \"v=DKIM1; k=rsa; p=", line, StringComparison.Ordinal);
        Assert.All(line.Split('"').Where((_, index) => index % 2 == 1), part => Assert.InRange(part.Length, 1, 255));
    }

    [Fact]
    public async Task AnEd25519KeyGoesToTheFileThatIsNamed()
    {
        var created = await RunAsync(
            [], "dkim", "create", "e1", "--domain", "example.org", "--algorithm", "ed25519Sha256", "--file", "e1.pem");

        Assert.Contains("e1._domainkey.example.org. IN TXT \"v=DKIM1; k=ed25519; p=", created.Output,
            StringComparison.Ordinal);
        Assert.True(File.Exists(Folder.File("e1.pem")));
    }

    [Theory]
    [InlineData("already exists", "s1", "--domain", "example.org")]
    [InlineData("is not a selector", "s_1", "--domain", "example.org")]
    [InlineData("is not a domain that can sign mail", "s2", "--domain", "example..org")]
    [InlineData("is not a domain that can sign mail", "s2")]
    public async Task ABadRequestIsRejectedWithTheReason(string reason, params string[] arguments)
    {
        await SucceedAsync("dkim", "create", "s1", "--domain", "example.org");

        Assert.Contains(reason, await FailAsync(["dkim", "create", .. arguments]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShowNamesTheWayOutIfThereIsNoKey() => Assert.Equal(
        "Mail:Dkim names no key; 'dkim create s1' creates one.", await FailAsync("dkim", "show"));
}
