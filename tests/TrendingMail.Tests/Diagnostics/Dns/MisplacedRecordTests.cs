using TrendingMail.Diagnostics.Dns;

namespace TrendingMail.Tests.Diagnostics.Dns;

public sealed class MisplacedRecordTests
{
    [Theory]
    [InlineData("_dmarc.example.org.example.org")]
    [InlineData("example.org")]
    public async Task ARecordAtAWrongNameIsFound(string place)
    {
        var dns = new FakeResolver($"{place} TXT v=DMARC1; p=reject", "example.org TXT v=spf1 -all");

        Assert.Equal($"There is such a record at {place}, where nobody looks for it.", await ExplainAsync(dns));
    }

    [Fact]
    public async Task AnotherRecordIsNotTakenForOne() =>
        Assert.Null(await ExplainAsync(new FakeResolver("example.org TXT v=spf1 -all")));

    private static Task<string?> ExplainAsync(FakeResolver dns) => MisplacedRecord.ExplainAsync(
        dns, "_dmarc.example.org", "example.org", "_dmarc",
        text => text.StartsWith("v=DMARC1", StringComparison.Ordinal), TestContext.Current.CancellationToken);
}
