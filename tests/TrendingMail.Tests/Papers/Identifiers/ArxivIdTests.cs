using TrendingMail.Papers.Identifiers;

namespace TrendingMail.Tests.Papers.Identifiers;

public sealed class ArxivIdTests
{
    [Theory]
    [InlineData("2608.19880", "2608.19880")]
    [InlineData("0704.0001", "0704.0001")]
    [InlineData("2608.19880v3", "2608.19880")]
    [InlineData("math.GT/0309136", "math.GT/0309136")]
    [InlineData("hep-th/9901001v12", "hep-th/9901001")]
    public void TheVersionIsStripped(string text, string id) => Assert.Equal(id, ArxivId.Parse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("260.19880")]
    [InlineData("2608.198")]
    [InlineData("2608.198801")]
    [InlineData("2608.19880v")]
    [InlineData(" 2608.19880")]
    [InlineData("arXiv:2608.19880")]
    [InlineData("2608.19880/../x")]
    [InlineData("math.GT/03091")]
    [InlineData("٢٦٠٨.١٩٨٨٠")]
    [InlineData("2608.19880\n")]
    public void OtherTextIsNotAnIdentifier(string? text) => Assert.Null(ArxivId.Parse(text));
}
