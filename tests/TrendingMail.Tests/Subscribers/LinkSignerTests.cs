using System.Buffers.Text;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Subscribers;

namespace TrendingMail.Tests.Subscribers;

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
    [InlineData(LinkPurpose.Move, 1, 0, 42, 0)]
    public void ATokenSaysWhatItWasMadeWith(LinkPurpose purpose, long subscriberId, int epoch, long subject, byte choice)
    {
        var made = new LinkToken(purpose, subscriberId, epoch, Morning, subject, choice);

        Assert.True(signer.TryRead(signer.Sign(made), purpose, out var read, out var fault));

        Assert.Equal(made, read);
        Assert.Null(fault);
    }

    [Fact]
    public void ATokenNeedsNoEscapingInAnAddress()
    {
        for (var id = 0; id < 200; id++)
        {
            Assert.Matches("^[A-Za-z0-9_-]{47}$", Token(LinkPurpose.Unsubscribe, id));
            Assert.Matches("^[A-Za-z0-9_-]{59}$", Token(LinkPurpose.Move, id));
            Assert.Matches("^[A-Za-z0-9_-]{47}\\.[0-9]+$", Token(LinkPurpose.Feedback, id));
        }
    }

    [Theory]
    [InlineData(LinkPurpose.Unsubscribe, "")]
    [InlineData(LinkPurpose.Move, "")]
    [InlineData(LinkPurpose.Feedback, ".0.0")]
    public void EachFlippedBitIsRefused(LinkPurpose made, string end)
    {
        var bytes = Base64Url.DecodeFromChars(Token(made).Split('.')[0]);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            foreach (var purpose in Enum.GetValues<LinkPurpose>())
            {
                Refused(Base64Url.EncodeToString(bytes) + end, purpose);
            }

            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(signer.TryRead(Base64Url.EncodeToString(bytes) + end, made, out _, out _));
    }

    [Fact]
    public void OneTokenForFeedbackSpeaksOfAnyPaper()
    {
        var token = signer.SignBody(new LinkToken(LinkPurpose.Feedback, 17, 0, Morning));

        Assert.True(signer.TryRead(
            token + LinkSigner.FeedbackEnd(4711, 2), LinkPurpose.Feedback, out var read, out _));
        Assert.Equal((4711L, (byte)2), (read.Subject, read.Choice));
        Assert.True(signer.TryRead(token + LinkSigner.FeedbackEnd(4711, 0), LinkPurpose.Feedback, out read, out _));
        Assert.Equal((4711L, (byte)0), (read.Subject, read.Choice));
        foreach (var end in new[] { "", ".", ".1.", ".1.2.3", ".-1.1", ".1.256", ". 1.1", ".x.1", ".99999999999999999999.1" })
        {
            Refused(token + end, LinkPurpose.Feedback);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("not-a-token-not-a-token-not-a-token-not-a-token")]
    [InlineData("%00")]
    [InlineData("ÄÖÜ")]
    public void OtherTextIsRefused(string text) => Refused(text, LinkPurpose.Unsubscribe);

    [Fact]
    public void AShortenedOrLengthenedTokenIsRefused()
    {
        var token = Token(LinkPurpose.Unsubscribe);
        for (var length = 0; length < token.Length; length++)
        {
            Refused(token[..length], LinkPurpose.Unsubscribe);
        }

        Refused(token + "AA", LinkPurpose.Unsubscribe);
        Refused(token + token, LinkPurpose.Unsubscribe);
    }

    [Fact]
    public void ATokenWorksForItsPurposeOnly()
    {
        foreach (var made in Enum.GetValues<LinkPurpose>())
        {
            foreach (var wanted in Enum.GetValues<LinkPurpose>())
            {
                Assert.Equal(made == wanted, signer.TryRead(Token(made), wanted, out _, out _));
            }
        }
    }

    [Fact]
    public void AConfirmationExpiresAfter48Hours()
    {
        var token = Token(LinkPurpose.Confirm);
        clock.Advance(TimeSpan.FromHours(48));
        Assert.True(signer.TryRead(token, LinkPurpose.Confirm, out _, out _));

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(signer.TryRead(token, LinkPurpose.Confirm, out _, out var fault));
        Assert.Contains("expired", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LinkPurpose.Disown)]
    [InlineData(LinkPurpose.Return)]
    [InlineData(LinkPurpose.MoveBack)]
    public void AnObjectionExpiresAfter30Days(LinkPurpose purpose)
    {
        var token = Token(purpose);
        clock.Advance(TimeSpan.FromDays(30));
        Assert.True(signer.TryRead(token, purpose, out _, out _));

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(signer.TryRead(token, purpose, out _, out var fault));
        Assert.Contains("it worked for 30 days", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LinkPurpose.Preferences)]
    [InlineData(LinkPurpose.Unsubscribe)]
    [InlineData(LinkPurpose.Feedback)]
    public void TheOtherLinksDoNotExpire(LinkPurpose purpose)
    {
        var token = Token(purpose);
        clock.Advance(TimeSpan.FromDays(20 * 365));

        Assert.True(signer.TryRead(token, purpose, out _, out _));
    }

    [Fact]
    public void AfterARotationTheNewestKeySignsAndTheOldOneStillVerifies()
    {
        var before = Token(LinkPurpose.Unsubscribe);
        var rotated = Signer(1, 2);

        Assert.True(rotated.TryRead(before, LinkPurpose.Unsubscribe, out _, out _));
        var after = rotated.Sign(new LinkToken(LinkPurpose.Unsubscribe, 17, 0, Morning));
        Assert.NotEqual(before, after);
        Assert.True(Signer(2).TryRead(after, LinkPurpose.Unsubscribe, out _, out _));
    }

    [Fact]
    public void ATokenOfAKeyThatIsNotInTheRingIsRefused() =>
        Assert.False(Signer(2).TryRead(Token(LinkPurpose.Unsubscribe), LinkPurpose.Unsubscribe, out _, out _));

    [Fact]
    public void AnotherRingWithTheSameIdRefuses()
    {
        using var folder = new TemporaryFolder();
        var other = new LinkSigner(KeyRing.Open(folder.File("keys.json"), clock), clock);

        Assert.False(other.TryRead(Token(LinkPurpose.Unsubscribe), LinkPurpose.Unsubscribe, out _, out _));
    }

    private LinkSigner Signer(params ushort[] ids) => new(TestKeys.Ring(ids), clock);

    private string Token(LinkPurpose purpose, long subscriberId = 17) =>
        signer.Sign(new LinkToken(purpose, subscriberId, 0, Morning));

    private void Refused(string text, LinkPurpose purpose)
    {
        Assert.False(signer.TryRead(text, purpose, out var token, out var fault), text);
        Assert.Null(token);
        Assert.NotEmpty(fault);
    }
}
