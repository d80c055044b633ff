using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Tests.Subscribers.Addresses;

public sealed class AddressMaskTests
{
    [Theory]
    [InlineData("ada@example.org", "bo@example.org", "a…@example.org", "b…@example.org")]
    [InlineData("ada@example.org", "ada@example.net", "a…@example.org", "a…@example.net")]
    [InlineData("ada@example.org", "alan@example.org", "ad…@example.org", "al…@example.org")]
    [InlineData("ada.l@example.org", "ada.q@example.org", "ada.l…@example.org", "ada.q…@example.org")]
    [InlineData("ada@example.org", "adam@example.org", "…a@example.org", "…m@example.org")]
    [InlineData("ada@example.org", "adaa@example.org", "…da@example.org", "…aa@example.org")]
    [InlineData("aa@example.org", "aaaa@example.org", "a•@example.org", "a•••@example.org")]
    [InlineData("äda@example.org", "älan@example.org", "äd…@example.org", "äl…@example.org")]
    [InlineData("ada@example.org", "ada@example.org", "a…@example.org", "a…@example.org")]
    public void TwoAddressesCanBeDistinguished(string first, string second, string maskedFirst, string maskedSecond)
    {
        Assert.Equal((maskedFirst, maskedSecond), AddressMask.Distinguish(first, second));
        Assert.Equal((maskedSecond, maskedFirst), AddressMask.Distinguish(second, first));
    }
}
