using System.Buffers.Text;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Subscribers;

namespace TrendingMail.Tests.SignUp;

public sealed class FormStampsTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(0, StampVerdict.TooSoon)]
    [InlineData(1999, StampVerdict.TooSoon)]
    [InlineData(2000, StampVerdict.Good)]
    [InlineData(7L * 24 * 60 * 60 * 1000, StampVerdict.Good)]
    [InlineData((7L * 24 * 60 * 60 * 1000) + 1, StampVerdict.Stale)]
    public void AFormIsJudgedByTheTimeThatPassed(long milliseconds, StampVerdict verdict)
    {
        var stamp = Stamps(1).New();
        clock.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(verdict, Stamps(1).Read(stamp));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void AFormWithoutAStampIsAProgramsThatNeverSawIt(string? stamp) =>
        Assert.Equal(StampVerdict.None, Stamps(1).Read(stamp));

    [Fact]
    public void AStampCannotBeForged()
    {
        var bytes = Base64Url.DecodeFromChars(Stamps(1).New());
        clock.Advance(TimeSpan.FromMinutes(1));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(StampVerdict.Stale, Stamps(1).Read(Base64Url.EncodeToString(bytes)));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(StampVerdict.Good, Stamps(1).Read(Base64Url.EncodeToString(bytes)));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    public void OtherTextIsStale(string text) => Assert.Equal(StampVerdict.Stale, Stamps(1).Read(text));

    [Fact]
    public void AStampOutlivesARotationOfTheKeys()
    {
        var stamp = Stamps(1).New();
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(StampVerdict.Good, Stamps(1, 2).Read(stamp));
        Assert.Equal(StampVerdict.Stale, Stamps(2).Read(stamp));
    }

    [Fact]
    public void AStampIsNoLink()
    {
        var signer = new LinkSigner(TestKeys.Ring(1), clock);

        foreach (var purpose in Enum.GetValues<LinkPurpose>())
        {
            Assert.False(signer.TryRead(Stamps(1).New(), purpose, out _, out _));
            Assert.Equal(StampVerdict.Stale, Stamps(1).Read(signer.Sign(new LinkToken(purpose, 1, 0, clock.GetUtcNow()))));
        }
    }

    private FormStamps Stamps(params ushort[] keys) => new(TestKeys.Ring(keys), new SecurityOptions(), clock);
}
