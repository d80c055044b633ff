using System.Text;
using TrendingMail.Messages.Mime;

namespace TrendingMail.Tests.Messages.Mime;

public sealed class WireBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(64)]
    public void PrependInsertsAtTheStartWhateverTheHeadroom(int headroom)
    {
        using var buffer = new WireBuffer(capacity: 1, headroom);
        var body = new string('b', 10_000);

        buffer.Append(body);
        buffer.Prepend("head"u8);
        buffer.Append((byte)'.');
        buffer.Prepend("a"u8);

        Assert.Equal($"ahead{body}.", Encoding.ASCII.GetString(buffer.Written));
        Assert.Equal(buffer.Written, buffer.Memory.Span);
    }

    [Fact]
    public void TruncateKeepsTheBeginning()
    {
        using var buffer = new WireBuffer(capacity: 4, headroom: 8);
        buffer.Append("papers"u8);
        buffer.Prepend("the "u8);

        buffer.Truncate(5);

        Assert.Equal("the p", Encoding.ASCII.GetString(buffer.Written));
    }
}
