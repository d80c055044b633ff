using System.Text;
using TrendingMail.Delivery;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Messages.Mime;
using TrendingMail.Subscribers;
using TrendingMail.Templates;
using TrendingMail.Tests.Links;

namespace TrendingMail.Tests.Messages;

/// <summary>A publisher whose domains are not ASCII: every header has their ASCII form.</summary>
public sealed class InternationalizedSenderTests
{
    private static readonly SiteOptions Site = new()
    {
        Name = "Bücher",
        PublicUrl = new Uri("https://bücher.example/papiere"),
        Contact = "hilfe@bücher.example",
    };

    private static readonly MailOptions Mail = new()
    {
        From = "news@bücher.example",
        ReplyTo = "antworten@bücher.example",
        BounceAddress = "bounces@bücher.example",
    };

    [Fact]
    public void HeaderAndReturnPathAreAscii()
    {
        var (header, sender) = Compose(Mail);

        Assert.True(Ascii.IsValid(header), header);
        Assert.EndsWith("@xn--bcher-kva.example", sender, StringComparison.Ordinal);
        Assert.All(
            (string[])
            [
                "<news@xn--bcher-kva.example>",
                "Message-Id: <daily-2026-11-23.7@xn--bcher-kva.example>",
                "Reply-To: antworten@xn--bcher-kva.example",
                "<digest.xn--bcher-kva.example>",
                "<https://xn--bcher-kva.example/papiere/unsubscribe/token>",
                "<mailto:antworten@xn--bcher-kva.example?subject=unsubscribe%20token>",
                "List-Archive: <https://xn--bcher-kva.example/papiere/papers/2026-11-23>",
                "List-Help: <mailto:hilfe@xn--bcher-kva.example?subject=help>",
                "xn--bcher-kva.example:trendingmail",
            ],
            expected => Assert.Contains(expected, header, StringComparison.Ordinal));
    }

    [Fact]
    public void AnInternationalLocalPartIsPercentEncodedInUrlsAndStaysInAddresses()
    {
        var (header, _) = Compose(Mail with { From = "jörg@bücher.example", ReplyTo = "" });

        Assert.Contains("<jörg@xn--bcher-kva.example>", header, StringComparison.Ordinal);
        Assert.Contains("<mailto:j%C3%B6rg@xn--bcher-kva.example?", header, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bücher.example")]
    [InlineData("xn--bcher-kva.example")]
    public void ABounceToEitherFormOfTheReturnPathIsRecognized(string domain)
    {
        var path = new ReturnPath(TestKeys.Ring(1), "bounces@bücher.example");
        var address = path.For(17);

        Assert.Equal(17, path.TryRead($"{address[..address.IndexOf('@', StringComparison.Ordinal)]}@{domain}"));
    }

    private static (string Header, string Sender) Compose(MailOptions mail)
    {
        var keys = TestKeys.Ring(1);
        var factory = new HeaderFactory(
            mail, Site, new ReturnPath(keys, mail.BounceAddress),
            new SubscriberLinks(new LinkSigner(keys, TimeProvider.System), Site.BaseUrl));
        var identity = new MessageIdentity(
            new Mailing.Daily(new DateOnly(2026, 11, 23)), 7, new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        var recipient = factory.CreateRecipientHeader(identity, "ada@example.net", "token");
        using var message = MimeBuilder.Build(
            new MailContent("Papers", null, "One paper.\n"),
            factory.Create(identity, recipient, $"{Site.BaseUrl}/papers/2026-11-23"));
        using var bytes = MimeBuilder.Write(message);
        return (Encoding.UTF8.GetString(bytes.Written).Split("\r\n\r\n")[0], factory.GetSender(identity));
    }
}
