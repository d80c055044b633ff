namespace TrendingMail.Tests.Commands;

public sealed class SubscribersTests : CommandTests
{
    [Fact]
    public async Task AReaderIsAddedShownAndUnsubscribed()
    {
        Assert.Contains("is active", await DoneAsync("subscribers", "add", "ada@example.net", "--confirmed"), StringComparison.Ordinal);
        Assert.Contains("a confirmation mail is queued", await DoneAsync("subscribers", "add", "bo@example.net"), StringComparison.Ordinal);

        var shown = await JsonAsync("subscribers", "show", "ADA@example.net");
        Assert.Equal("active", shown.GetProperty("subscriber").GetProperty("state").GetString());
        Assert.Equal("added", shown.GetProperty("consent_history")[0].GetProperty("kind").GetString());
        Assert.Equal("unsubscribed",
            (await JsonAsync("subscribers", "unsubscribe", "ada@example.net")).GetProperty("state").GetString());
        var counts = await JsonAsync("subscribers", "count");
        Assert.Equal((1, 1, 0), (counts.GetProperty("pending").GetInt32(), counts.GetProperty("unsubscribed").GetInt32(),
            counts.GetProperty("active").GetInt32()));
        Assert.Contains("unsubscribed by command", await DoneAsync("subscribers", "show", "ada@example.net"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOptOutIsNotUndoneByTheOperator()
    {
        await DoneAsync("subscribers", "add", "ada@example.net", "--confirmed");
        await DoneAsync("subscribers", "unsubscribe", "ada@example.net");

        Assert.Contains("only the reader can undo that",
            await FailedAsync("subscribers", "add", "ada@example.net", "--confirmed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReaderWhoIsNotThereIsNamed() => Assert.Contains("There is no reader ada@example.net.",
        await FailedAsync("subscribers", "show", "ada@example.net"), StringComparison.Ordinal);
}
