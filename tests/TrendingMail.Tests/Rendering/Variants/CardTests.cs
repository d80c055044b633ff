using TrendingMail.Rendering.Variants;

namespace TrendingMail.Tests.Rendering.Variants;

public sealed class CardTests
{
    [Theory]
    [InlineData("Lanterns\nLamps.\n")]
    [InlineData("Lanterns")]
    [InlineData("Lanterns\nLamps \uFDD1 and \uFDD0 ships.\n")]
    public void ATextWithoutMarksIsACard(string text) => Assert.Null(Card.Of(text, new SlotRun(), isHtml: false, 70).Fault);

    [Theory]
    [InlineData("a \uFDD0\uE000\uFDD1 b\n")]
    [InlineData("\uFDD1 begins\n")]
    [InlineData("\uE000\uFDD1 begins\n")]
    [InlineData("ends \uFDD0")]
    [InlineData("ends \uFDD0\n")]
    [InlineData("\uE000")]
    public void ATextWithAMarkThatNobodyWroteOrHalfOfOneIsNone(string text) =>
        Assert.NotNull(Card.Of(text, new SlotRun(), isHtml: false, 70).Fault);

    [Fact]
    public void AReadersValueCountsAsTheLongest() =>
        Assert.Equal(630, SlotRun.SizeOf("\uFDD0\uE000\uFDD1", 700) - SlotRun.SizeOf("\uFDD0\uE000\uFDD1", 70));
}
