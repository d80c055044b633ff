using TrendingMail.Messages.Bulk;

namespace TrendingMail.Tests.Messages.Bulk;

public sealed class RenderedFragmentTests
{
    [Theory]
    [InlineData("Lanterns\nLamps.\n")]
    [InlineData("Lanterns")]
    [InlineData("Lanterns\nLamps \uFDD1 and \uFDD0 ships.\n")]
    public void TextWithoutMarkersIsAccepted(string text) =>
        Assert.Null(RenderedFragment.Create(text, new PlaceholderRecorder(), isHtml: false, 70).FallbackReason);

    [Theory]
    [InlineData("a \uFDD0\uE000\uFDD1 b\n")]
    [InlineData("\uFDD1 begins\n")]
    [InlineData("\uE000\uFDD1 begins\n")]
    [InlineData("ends \uFDD0")]
    [InlineData("ends \uFDD0\n")]
    [InlineData("\uE000")]
    public void ForeignOrPartialMarkerIsRejected(string text) =>
        Assert.NotNull(RenderedFragment.Create(text, new PlaceholderRecorder(), isHtml: false, 70).FallbackReason);

    [Fact]
    public void SubscriberValueCountsWithTheAssumedLength() =>
        Assert.Equal(
            630, PlaceholderRecorder.SizeUpperBound("\uFDD0\uE000\uFDD1", 700) - PlaceholderRecorder.SizeUpperBound(
                "\uFDD0\uE000\uFDD1", 70));
}
