using TrendingMail.Papers;

namespace TrendingMail.Tests.Papers;

public sealed class ListingDayTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 23, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-11-24", "2611.00001")]
    [InlineData("2026-10-02", "2611.00001")]
    [InlineData("2026-11-23", "0704.0001")]
    [InlineData("1999-01-04", "hep-th/9901001")]
    [InlineData("1970-01-01", null)]
    [InlineData("2026-11-24", "9999.99999")]
    public void ADayFromTheMonthBeforeTheIdentifierToTomorrowIsTrue(string day, string? arxivId) =>
        Assert.Null(ListingDay.FindFault(DateOnly.Parse(day, null), arxivId, Now));

    [Theory]
    [InlineData("2026-11-25", null, "2026-11-25 lies in the future")]
    [InlineData("9999-12-31", "2611.00001", "9999-12-31 lies in the future")]
    [InlineData("0001-01-01", "2611.00001", "0001-01-01 is before 1970-01-01")]
    [InlineData("1969-12-31", null, "1969-12-31 is before 1970-01-01")]
    [InlineData("2026-10-01", "2611.00001", "2026-10-01 is before the identifier's month")]
    [InlineData("1999-01-04", "hep-th/0001001", "1999-01-04 is before the identifier's month")]
    public void OtherDaysAreFaults(string day, string? arxivId, string fault) =>
        Assert.Equal(fault, ListingDay.FindFault(DateOnly.Parse(day, null), arxivId, Now));
}
