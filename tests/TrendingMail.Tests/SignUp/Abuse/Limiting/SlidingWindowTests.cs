using TrendingMail.SignUp.Abuse.Limiting;

namespace TrendingMail.Tests.SignUp.Abuse.Limiting;

public sealed class SlidingWindowTests
{
    [Fact]
    public void PermitsAreAvailableAgainAfterOneWindow()
    {
        var window = SlidingWindow.Parse(100, "[]").Acquire(3).AdvanceTo(105).Acquire(2);

        Assert.Equal(0, window.GetAvailable(5, 1));
        Assert.Equal(112, window.NextAvailableSlot());
        Assert.Equal((0, 3), (window.AdvanceTo(111).GetAvailable(5, 9), window.AdvanceTo(112).GetAvailable(5, 9)));
        Assert.Equal(117, window.AdvanceTo(112).NextAvailableSlot());
        Assert.Equal(5, window.AdvanceTo(100_000).GetAvailable(5, 9));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[3,0,0,2]")]
    [InlineData("[1,2,3,4,5,6,7,8,9,10,11,12]")]
    public void AFormattedWindowCanBeParsed(string taken) =>
        Assert.Equal(taken, SlidingWindow.Parse(7, taken).Format());

    [Fact]
    public void CountsFromANodeWhoseClockIsAheadAreKept()
    {
        var window = SlidingWindow.Parse(100, "[4]").AdvanceTo(99);

        Assert.Equal((100, 1), (window.Slot, window.GetAvailable(5, 9)));
    }

    [Fact]
    public void NoPermitIsAvailableAboveALoweredLimit() =>
        Assert.Equal(0, SlidingWindow.Parse(100, "[9]").GetAvailable(5, 1));
}
