using MimeKit;
using TrendingMail.Messages;
using TrendingMail.Tests.Links;

namespace TrendingMail.Tests.Messages;

public sealed class ReturnPathTests
{
    private readonly ReturnPath returnPath = new(TestKeys.Ring(1), "bounces@mail.example.org");

    [Fact]
    public void EachDeliveryHasAStableUniqueAddress()
    {
        Assert.Matches("^bounces\\+17-k1-[0-9a-f]{12}@mail\\.example\\.org$", returnPath.For(17));
        Assert.Equal(returnPath.For(17), returnPath.For(17));
        Assert.Equal(100, Enumerable.Range(0, 100).Select(id => returnPath.For(id)).Distinct().Count());
    }

    [Fact]
    public void SignatureDependsOnTheKey() => Assert.NotEqual(
        returnPath.For(17)[^30..], new ReturnPath(TestKeys.Ring(2), "bounces@mail.example.org").For(17)[^30..]);

    [Fact]
    public void LongestIdFitsTheLocalPartLimit() =>
        Assert.True(MailboxAddress.Parse(returnPath.For(long.MaxValue)).LocalPart.Length <= 64);
}
