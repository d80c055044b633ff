using System.Text;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Variants;

namespace TrendingMail.Tests.Rendering.Variants;

public sealed class RelaxedBodyTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\r\n", "")]
    [InlineData("\r\n\r\n", "")]
    [InlineData(" \r\n", "")]
    [InlineData("a\r\n", "a\r\n")]
    [InlineData("a\r\n\r\n\r\n", "a\r\n")]
    [InlineData("\r\na\r\n", "\r\na\r\n")]
    [InlineData(" c \r\nd \t e\r\n\r\n\r\n", " c\r\nd e\r\n")]
    [InlineData("a\t\tb  c\r\n", "a b c\r\n")]
    [InlineData("a\r\n \r\nb\r\n", "a\r\n\r\nb\r\n")]
    [InlineData("a", "a\r\n")]
    public void BlanksAndEmptyLinesAreMadeOne(string body, string canonical)
    {
        using var output = new WireBuffer(16);

        RelaxedBody.Append(Encoding.ASCII.GetBytes(body), output);
        RelaxedBody.End(output);

        Assert.Equal(canonical, Encoding.ASCII.GetString(output.Written));
    }
}
