using TrendingMail.Delivery.Dispatch;
using TrendingMail.Digests;
using TrendingMail.Worker.Commands.Digests;

namespace TrendingMail.Tests.Commands;

/// <summary>A command whose work was not done, or only in part, says so and fails.</summary>
public sealed class HonestResultTests : CommandTests
{
    [Theory]
    [InlineData("2020-01-01")]
    [InlineData("2199-12-31")]
    public async Task APauseMustEndInTheFuture(string until)
    {
        await SucceedAsync("subscribers", "add", "ada@example.org", "--confirmed");

        Assert.Contains("Nothing was paused: --until must be from ",
            await FailAsync("subscribers", "pause", "ada@example.org", "--until", until), StringComparison.Ordinal);
        Assert.Equal("active",
            (await JsonAsync("subscribers", "show", "ada@example.org")).GetProperty("subscriber")
                .GetProperty("state").GetString());
    }

    [Fact]
    public async Task ASecondUnsubscriptionIsCalledOne()
    {
        await SucceedAsync("subscribers", "add", "ada@example.org", "--confirmed");

        Assert.Contains("is unsubscribed", await SucceedAsync("subscribers", "unsubscribe", "ada@example.org"),
            StringComparison.Ordinal);
        Assert.Contains("was already unsubscribed",
            await SucceedAsync("subscribers", "unsubscribe", "ada@example.org"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesOfWhichNoneIsAMessageFail()
    {
        var result = await RunAsync("inbound", "process", Folder.Write("image.bin", "\0\u0001\u0002"), "--dry-run");

        Assert.Equal(Failed, result.ExitCode);
        Assert.Contains("None of the 1 file in ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADryRunCountsTheSameSuppressionsAsTheImport()
    {
        var list = Folder.Write("list.csv",
            "email,state,suppression\nada@example.org,unsubscribed,complaint\nbo@example.org,active,\n");

        var dry = await JsonAsync("subscribers", "import", list, "--dry-run", "--confirmed");
        var real = await JsonAsync("subscribers", "import", list, "--confirmed");

        Assert.Equal(1, dry.GetProperty("suppressions").GetInt32());
        Assert.Equal(1, real.GetProperty("suppressions").GetInt32());
    }

    [Fact]
    public void FailedAndUncertainMessagesFailTheCommandAndAreCounted()
    {
        var outcomes = new OutcomeCounts(160, 1, 2, 0, 0);

        Assert.Equal("160 sent, 1 deferred, 2 failed", DigestSend.DescribeOutcomes(outcomes));
        Assert.StartsWith("Not all mail was sent: 2 failed, 0 uncertain.", DigestSend.FindFailure(Report(outcomes)),
            StringComparison.Ordinal);
        Assert.NotNull(DigestSend.FindFailure(Report(new OutcomeCounts(0, 0, 0, 0, 1))));
    }

    [Fact]
    public void DeferredMessagesAreRetriedAndDoNotFailTheCommand()
    {
        Assert.Null(DigestSend.FindFailure(Report(new OutcomeCounts(5, 3, 0, 1, 0))));
        Assert.Equal("0 sent", DigestSend.DescribeOutcomes(default));
    }

    private static SendReport Report(OutcomeCounts outcomes) => new(163, 163, 163, outcomes, null, 0, null);
}
