using TrendingMail.Messages;
using TrendingMail.Tests.Links;

namespace TrendingMail.Tests.Messages;

public sealed class ReturnPathReadTests
{
    private static readonly ReturnPath Paths = new(TestKeys.Ring(1, 2), "bounces@papers.example.org");

    [Fact]
    public void ReturnPathIsParsedIgnoringCase()
    {
        Assert.Equal(17, Paths.TryRead(Paths.For(17)));
        Assert.Equal(17, Paths.TryRead(Paths.For(17).ToUpperInvariant()));
    }

    [Fact]
    public void ReturnPathSignedWithAnOlderKeyIsValid() =>
        Assert.Equal(17, Paths.TryRead(new ReturnPath(TestKeys.Ring(1), "bounces@papers.example.org").For(17)));

    [Theory]
    [InlineData("bounces@papers.example.org")]
    [InlineData("bounces+@papers.example.org")]
    [InlineData("bounces+17-k2-000000000000@papers.example.org")]
    [InlineData("bounces+17-k99-000000000000@papers.example.org")]
    [InlineData("bounces+17-k2-é00000000000@papers.example.org")]
    [InlineData("bounces+99999999999999999999-k2-000000000000@papers.example.org")]
    [InlineData("other+17-k2-000000000000@papers.example.org")]
    [InlineData("no address")]
    [InlineData("")]
    public void OtherAddressesAreNotReturnPaths(string address) => Assert.Null(Paths.TryRead(address));

    [Fact]
    public void ChangedReturnPathIsInvalid()
    {
        var path = Paths.For(17);

        Assert.Null(Paths.TryRead(path.Replace("+17-", "+18-", StringComparison.Ordinal)));
        Assert.Null(Paths.TryRead(path.Replace("papers.example.org", "papers.example.net", StringComparison.Ordinal)));
        Assert.Null(new ReturnPath(TestKeys.Ring(1), "").TryRead(path));
    }
}
