using System.Buffers.Text;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Links;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Tests.Links;

namespace TrendingMail.Tests.SignUp.Abuse;

public sealed class FormTokensTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(0, FormTokenStatus.TooFast)]
    [InlineData(1999, FormTokenStatus.TooFast)]
    [InlineData(2000, FormTokenStatus.Valid)]
    [InlineData(7L * 24 * 60 * 60 * 1000, FormTokenStatus.Valid)]
    [InlineData((7L * 24 * 60 * 60 * 1000) + 1, FormTokenStatus.Invalid)]
    public void TheStatusDependsOnTheElapsedTime(long milliseconds, FormTokenStatus verdict)
    {
        var token = Tokens(1).Create();
        clock.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(verdict, Tokens(1).Validate(token));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void AMissingTokenIsReportedAsMissing(string? token) =>
        Assert.Equal(FormTokenStatus.Missing, Tokens(1).Validate(token));

    [Fact]
    public void ATokenCannotBeForged()
    {
        var bytes = Base64Url.DecodeFromChars(Tokens(1).Create());
        clock.Advance(TimeSpan.FromMinutes(1));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(FormTokenStatus.Invalid, Tokens(1).Validate(Base64Url.EncodeToString(bytes)));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(FormTokenStatus.Valid, Tokens(1).Validate(Base64Url.EncodeToString(bytes)));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    public void ArbitraryTextIsInvalid(string text) => Assert.Equal(FormTokenStatus.Invalid, Tokens(1).Validate(text));

    [Fact]
    public void ATokenSurvivesAKeyRotation()
    {
        var token = Tokens(1).Create();
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(FormTokenStatus.Valid, Tokens(1, 2).Validate(token));
        Assert.Equal(FormTokenStatus.Invalid, Tokens(2).Validate(token));
    }

    [Fact]
    public void ATokenIsNotALink()
    {
        var signer = new LinkSigner(TestKeys.Ring(1), clock);

        foreach (var purpose in Enum.GetValues<LinkPurpose>())
        {
            Assert.False(signer.TryVerify(Tokens(1).Create(), purpose, out _, out _));
            Assert.Equal(FormTokenStatus.Invalid,
                Tokens(1).Validate(signer.Sign(new LinkToken(purpose, 1, 0, clock.GetUtcNow()))));
        }
    }

    private FormTokens Tokens(params ushort[] keys) => new(TestKeys.Ring(keys), new SecurityOptions(), clock);
}
