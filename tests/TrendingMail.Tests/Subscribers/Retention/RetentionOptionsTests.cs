using TrendingMail.Subscribers.Retention;

namespace TrendingMail.Tests.Subscribers.Retention;

public sealed class RetentionOptionsTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    [InlineData(29, false)]
    [InlineData(30, true)]
    [InlineData(40_000, false)]
    public void APeriodThatIsTooShortOrTooLongIsRejected(int days, bool isValid) =>
        Assert.Equal(isValid, !new RetentionOptions { AddressChangeDays = days }.Validate().Any());

    [Fact]
    public void TheDefaultsAreValid() => Assert.Empty(new RetentionOptions().Validate());
}
