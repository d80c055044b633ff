using TrendingMail.Configuration;

namespace TrendingMail.Tests.Configuration;

public sealed class AcceptedRangeTests
{
    [Fact]
    public void ARangeIsDescribedAsInMessages()
    {
        Assert.Equal("1 to 100", new AcceptedRangeAttribute(1, 100).ToString());
        Assert.Equal("0 (no limit) or more", new AcceptedRangeAttribute(0) { MinimumMeans = "no limit" }.ToString());
        Assert.Equal("0 (no limit) to 5", new AcceptedRangeAttribute(0, 5) { MinimumMeans = "no limit" }.ToString());
        Assert.Equal("3 to 9, or 0 to keep forever",
            new AcceptedRangeAttribute(3, 9) { OrZero = "to keep forever" }.ToString());
        Assert.Equal("0 to 22, 16 for about a second",
            new AcceptedRangeAttribute(0, 22) { Example = "16 for about a second" }.ToString());
    }

    [Theory]
    [InlineData(3, 5, true)]
    [InlineData(9, 600, true)]
    [InlineData(0, 5, true)]
    [InlineData(2, 5, false)]
    [InlineData(10, 5, false)]
    [InlineData(3, 4.9, false)]
    [InlineData(3, double.NaN, false)]
    public void OnlyValuesInTheRangeAreAccepted(int days, double seconds, bool accepted)
    {
        var options = new Options { Days = days, Seconds = seconds };

        Assert.Equal(accepted, !AcceptedRangeAttribute.Validate("Section", options).Any());
    }

    [Fact]
    public void TheMessageNamesKeyValueAndRange() => Assert.Equal(
        ["Section:Days is 2; give 3 to 9, or 0 for none."],
        AcceptedRangeAttribute.Validate("Section", new Options { Days = 2 }));

    private sealed record Options
    {
        [AcceptedRange(3, 9, OrZero = "for none")]
        public int Days { get; init; } = 3;

        [AcceptedRange(5, 600)]
        public double Seconds { get; init; } = 5;
    }
}
