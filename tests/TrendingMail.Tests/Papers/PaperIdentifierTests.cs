using TrendingMail.Papers.Identifiers;

namespace TrendingMail.Tests.Papers;

public sealed class PaperIdentifierTests
{
    [Theory]
    [InlineData("2608.19880v3", "2608.19880", 3)]
    [InlineData("http://arxiv.org/abs/2202.12139v1", "2202.12139", 1)]
    [InlineData("https://arxiv.org/pdf/2202.12139v2.pdf", "2202.12139", 2)]
    [InlineData("https://export.arxiv.org/abs/astro-ph/0601001", "astro-ph/0601001", null)]
    [InlineData("oai:arXiv.org:math.GT/0309136v1", "math.GT/0309136", 1)]
    [InlineData("arXiv:0704.0001", "0704.0001", null)]
    [InlineData("10.48550/arxiv.2611.00001", "2611.00001", null)]
    [InlineData("https://doi.org/10.48550/arXiv.2611.00001", "2611.00001", null)]
    [InlineData("arXiv:2510.00004 [cs.LG]", "2510.00004", null)]
    [InlineData("https://arxiv.org/html/2611.00001v2", "2611.00001", 2)]
    [InlineData("https://huggingface.co/papers/2611.00001", "2611.00001", null)]
    [InlineData("https://www.alphaxiv.org/abs/2611.00001v1", "2611.00001", 1)]
    public void AnIdentifierIsExtractedFromAReference(string text, string id, int? version) =>
        Assert.Equal((id, version), ArxivId.Find(text));

    [Theory]
    [InlineData(null)]
    [InlineData("https://arxiv.org/api/errors#incorrect_id_format_for_abc")]
    [InlineData("https://example.org/abs/2202.12139")]
    [InlineData("10.1109/ICSTW55395.2022.00035")]
    [InlineData("abc")]
    [InlineData("item/1234567")]
    [InlineData("2202.12139 and 2202.12140")]
    public void OtherReferencesContainNoIdentifier(string? text) => Assert.Null(ArxivId.Find(text));

    [Theory]
    [InlineData("2611.00001", "2026-11-01")]
    [InlineData("0704.0001", "2007-04-01")]
    [InlineData("math/0309136", "2003-09-01")]
    [InlineData("hep-th/9901001", "1999-01-01")]
    [InlineData("9999.99999", null)]
    public void AnIdentifierEncodesItsMonth(string id, string? month) =>
        Assert.Equal(month is null ? null : DateOnly.Parse(month, null), ArxivId.MonthOfIdentifier(id));

    [Theory]
    [InlineData("10.1000/ABC", "10.1000/abc")]
    [InlineData("https://doi.org/10.1109/ICSTW55395.2022.00035", "10.1109/icstw55395.2022.00035")]
    [InlineData("doi: 10.1000/x(1)", "10.1000/x(1)")]
    [InlineData("10.1000/", null)]
    [InlineData("11.1000/x", null)]
    [InlineData(null, null)]
    public void ADoiIsNormalizedToLowerCase(string? text, string? doi) => Assert.Equal(doi, Doi.Parse(text));
}
