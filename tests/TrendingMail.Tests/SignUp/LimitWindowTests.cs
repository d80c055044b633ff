using TrendingMail.SignUp;

namespace TrendingMail.Tests.SignUp;

public sealed class LimitWindowTests
{
    [Fact]
    public void WhatWasTakenIsFreeAgainAWindowLater()
    {
        var window = LimitWindow.Read(100, "[]").Take(3).MovedTo(105).Take(2);

        Assert.Equal(0, window.Free(5, 1));
        Assert.Equal(112, window.FreeAgain());
        Assert.Equal((0, 3), (window.MovedTo(111).Free(5, 9), window.MovedTo(112).Free(5, 9)));
        Assert.Equal(117, window.MovedTo(112).FreeAgain());
        Assert.Equal(5, window.MovedTo(100_000).Free(5, 9));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[3,0,0,2]")]
    [InlineData("[1,2,3,4,5,6,7,8,9,10,11,12]")]
    public void ItIsReadAsItWasWritten(string taken) => Assert.Equal(taken, LimitWindow.Read(7, taken).Write());

    [Fact]
    public void WhereAnotherNodesClockIsAheadItsCountsStand()
    {
        var window = LimitWindow.Read(100, "[4]").MovedTo(99);

        Assert.Equal((100, 1), (window.Slot, window.Free(5, 9)));
    }

    [Fact]
    public void NeverMoreIsFreeThanTheLimitThatWasLoweredMeanwhile() => Assert.Equal(0, LimitWindow.Read(100, "[9]").Free(5, 1));
}
