using System.Buffers.Text;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Links;

namespace TrendingMail.Tests.Links;

public sealed class LinkSignerTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Morning);
    private readonly LinkSigner signer;

    public LinkSignerTests()
    {
        signer = Signer(1);
    }

    [Theory]
    [InlineData(LinkPurpose.Confirm, 1, 0, 0, 0)]
    [InlineData(LinkPurpose.Preferences, long.MaxValue, int.MaxValue, 0, 0)]
    [InlineData(LinkPurpose.Unsubscribe, 7_000_000_000, 3, 0, 0)]
    [InlineData(LinkPurpose.Feedback, 7_000_000_000, 3, long.MaxValue, 255)]
    [InlineData(LinkPurpose.ConfirmAddressChange, 1, 0, 42, 0)]
    public void ATokenRoundTrips(LinkPurpose purpose, long subscriberId, int epoch, long subject, byte choice)
    {
        var original = new LinkToken(purpose, subscriberId, epoch, Morning, subject, choice);

        Assert.True(signer.TryVerify(signer.Sign(original), purpose, out var verified, out var fault));

        Assert.Equal(original, verified);
        Assert.Null(fault);
    }

    [Fact]
    public void ATokenNeedsNoEscapingInAUrl()
    {
        for (var id = 0; id < 200; id++)
        {
            Assert.Matches("^[A-Za-z0-9_-]{47}$", Token(LinkPurpose.Unsubscribe, id));
            Assert.Matches("^[A-Za-z0-9_-]{59}$", Token(LinkPurpose.ConfirmAddressChange, id));
            Assert.Matches("^[A-Za-z0-9_-]{47}\\.[0-9]+$", Token(LinkPurpose.Feedback, id));
        }
    }

    [Theory]
    [InlineData(LinkPurpose.Unsubscribe, "")]
    [InlineData(LinkPurpose.ConfirmAddressChange, "")]
    [InlineData(LinkPurpose.Feedback, ".0.0")]
    public void ATokenWithAnyBitFlippedIsRejected(LinkPurpose made, string end)
    {
        var bytes = Base64Url.DecodeFromChars(Token(made).Split('.')[0]);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            foreach (var purpose in Enum.GetValues<LinkPurpose>())
            {
                AssertRejected(Base64Url.EncodeToString(bytes) + end, purpose);
            }

            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(signer.TryVerify(Base64Url.EncodeToString(bytes) + end, made, out _, out _));
    }

    [Fact]
    public void OneFeedbackTokenIsValidForAnyPaper()
    {
        var token = signer.SignWithoutSuffix(new LinkToken(LinkPurpose.Feedback, 17, 0, Morning));

        Assert.True(signer.TryVerify(
            token + LinkSigner.FeedbackSuffix(4711, 2), LinkPurpose.Feedback, out var read, out _));
        Assert.Equal((4711L, (byte)2), (read.Subject, read.Choice));
        Assert.True(signer.TryVerify(
            token + LinkSigner.FeedbackSuffix(4711, 0), LinkPurpose.Feedback, out read, out _));
        Assert.Equal((4711L, (byte)0), (read.Subject, read.Choice));
        foreach (var end in new[] { "", ".", ".1.", ".1.2.3", ".-1.1", ".1.256", ". 1.1", ".x.1",
            ".99999999999999999999.1" })
        {
            AssertRejected(token + end, LinkPurpose.Feedback);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("not-a-token-not-a-token-not-a-token-not-a-token")]
    [InlineData("%00")]
    [InlineData("ÄÖÜ")]
    public void ArbitraryTextIsRejected(string text) => AssertRejected(text, LinkPurpose.Unsubscribe);

    [Fact]
    public void ATokenOfTheWrongLengthIsRejected()
    {
        var token = Token(LinkPurpose.Unsubscribe);
        for (var length = 0; length < token.Length; length++)
        {
            AssertRejected(token[..length], LinkPurpose.Unsubscribe);
        }

        AssertRejected(token + "AA", LinkPurpose.Unsubscribe);
        AssertRejected(token + token, LinkPurpose.Unsubscribe);
    }

    [Fact]
    public void ATokenIsValidForItsPurposeOnly()
    {
        foreach (var issued in Enum.GetValues<LinkPurpose>())
        {
            foreach (var expected in Enum.GetValues<LinkPurpose>())
            {
                Assert.Equal(issued == expected, signer.TryVerify(Token(issued), expected, out _, out _));
            }
        }
    }

    [Fact]
    public void AConfirmationExpiresAfter48Hours()
    {
        var token = Token(LinkPurpose.Confirm);
        clock.Advance(TimeSpan.FromHours(48));
        Assert.True(signer.TryVerify(token, LinkPurpose.Confirm, out _, out _));

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(signer.TryVerify(token, LinkPurpose.Confirm, out _, out var fault));
        Assert.Contains("expired", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LinkPurpose.ReportNotMe)]
    [InlineData(LinkPurpose.UndoUnsubscribe)]
    [InlineData(LinkPurpose.RevertAddressChange)]
    public void ADisputeLinkExpiresAfter30Days(LinkPurpose purpose)
    {
        var token = Token(purpose);
        clock.Advance(TimeSpan.FromDays(30));
        Assert.True(signer.TryVerify(token, purpose, out _, out _));

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(signer.TryVerify(token, purpose, out _, out var fault));
        Assert.Contains("it was valid for 30 days", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LinkPurpose.Preferences)]
    [InlineData(LinkPurpose.Unsubscribe)]
    [InlineData(LinkPurpose.Feedback)]
    public void OtherLinksDoNotExpire(LinkPurpose purpose)
    {
        var token = Token(purpose);
        clock.Advance(TimeSpan.FromDays(20 * 365));

        Assert.True(signer.TryVerify(token, purpose, out _, out _));
    }

    [Fact]
    public void AfterARotationTheNewestKeySignsAndTheOldOneStillVerifies()
    {
        var before = Token(LinkPurpose.Unsubscribe);
        var rotated = Signer(1, 2);

        Assert.True(rotated.TryVerify(before, LinkPurpose.Unsubscribe, out _, out _));
        var after = rotated.Sign(new LinkToken(LinkPurpose.Unsubscribe, 17, 0, Morning));
        Assert.NotEqual(before, after);
        Assert.True(Signer(2).TryVerify(after, LinkPurpose.Unsubscribe, out _, out _));
    }

    [Fact]
    public void ATokenSignedWithAnUnknownKeyIsRejected() =>
        Assert.False(Signer(2).TryVerify(Token(LinkPurpose.Unsubscribe), LinkPurpose.Unsubscribe, out _, out _));

    [Fact]
    public void ATokenOfAnotherKeyRingWithTheSameKeyIdIsRejected()
    {
        using var folder = new TemporaryFolder();
        var other = new LinkSigner(KeyRing.Open(folder.File("keys.json"), clock), clock);

        Assert.False(other.TryVerify(Token(LinkPurpose.Unsubscribe), LinkPurpose.Unsubscribe, out _, out _));
    }

    private LinkSigner Signer(params ushort[] ids) => new(TestKeys.Ring(ids), clock);

    private string Token(LinkPurpose purpose, long subscriberId = 17) =>
        signer.Sign(new LinkToken(purpose, subscriberId, 0, Morning));

    private void AssertRejected(string text, LinkPurpose purpose)
    {
        Assert.False(signer.TryVerify(text, purpose, out var token, out var fault), text);
        Assert.Null(token);
        Assert.NotEmpty(fault);
    }
}
