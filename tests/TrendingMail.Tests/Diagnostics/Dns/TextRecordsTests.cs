using TrendingMail.Diagnostics.Dns;

namespace TrendingMail.Tests.Diagnostics.Dns;

public sealed class TextRecordsTests
{
    [Theory]
    [InlineData("v=DMARC1; p=none", true)]
    [InlineData("v = DMARC1 ; p=none", true)]
    [InlineData("v=DMARC1", true)]
    [InlineData("v=dmarc1; p=none", false)]
    [InlineData("v=DMARC12; p=none", false)]
    [InlineData(" v=DMARC1; p=none", false)]
    [InlineData("p=none; v=DMARC1", false)]
    public async Task ARecordMustBeginWithItsVersion(string text, bool isValid)
    {
        var texts = await SortAsync($"_dmarc.example.org TXT {text}");

        Assert.Equal((isValid ? 1 : 0, isValid ? 0 : 1), (texts.Valid.Count, texts.LookAlikes.Count));
    }

    [Fact]
    public async Task AnAnswerOfAWildcardIsRecognized()
    {
        const string Text = "TXT v=spf1 -all";

        var wildcard = await SortAsync(
            $"_dmarc.example.org {Text}", $"doctor-looks-for-a-wildcard.example.org {Text}");
        var own = await SortAsync($"_dmarc.example.org {Text}");

        Assert.Equal("No TXT record at _dmarc.example.org begins with v=DMARC1;. A wildcard record answers for every " +
            "name in example.org.", wildcard.Absence);
        Assert.Equal("No TXT record at _dmarc.example.org begins with v=DMARC1;.", own.Absence);
    }

    private static async Task<TextRecords> SortAsync(params string[] lines)
    {
        var dns = new FakeResolver(lines);
        var answer = await dns.FindTextsAsync("_dmarc.example.org", TestContext.Current.CancellationToken);
        return await TextRecords.SortAsync(dns, answer, "DMARC1", TestContext.Current.CancellationToken);
    }
}
