using System.Text;
using CsCheck;
using MimeKit;
using TrendingMail.Messages;
using TrendingMail.Messages.Mime;

namespace TrendingMail.Tests.Messages.Mime;

public sealed class MimeBuilderTests
{
    private static readonly MailContent Content = new("Papers", "<p>Papers for Ada</p>\n", "Papers for Ada\n");

    [Fact]
    public void HeaderHasAllFieldsThatReceiversRequire()
    {
        using var message = Build(Content);

        var expected = new Dictionary<string, string>
        {
            ["Message-Id"] = "<daily-2026-11-23.7@papers.example.org>",
            ["Date"] = "Mon, 23 Nov 2026 08:00:00 +0000",
            ["List-Id"] = "\"Papers Daily\" <digest.papers.example.org>",
            ["List-Unsubscribe"] =
                "<https://papers.example.org/unsubscribe/t>, " +
                    "<mailto:answers@papers.example.org?subject=unsubscribe%20t>",
            ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click",
            ["List-Archive"] = "<https://papers.example.org/papers/2026-11-23>",
            ["List-Help"] = "<mailto:help@papers.example.org?subject=help>",
            ["Auto-Submitted"] = "auto-generated",
            ["Feedback-ID"] = "2026-11-23:daily:papers.example.org:trendingmail",
            ["MIME-Version"] = "1.0",
            ["Reply-To"] = "answers@papers.example.org",
        };
        Assert.All(expected, header => Assert.Equal(header.Value, message.Headers[header.Key]));
        Assert.Equal("Papers Daily <digest@papers.example.org>",
            message.From.ToString().Replace("\"", "", StringComparison.Ordinal));
    }

    [Fact]
    public void HeaderFieldsOccurOnce()
    {
        using var message = Build(Content);

        Assert.Equal(message.Headers.Count, message.Headers.Select(header => header.Field).Distinct().Count());
    }

    [Fact]
    public void TextComesBeforeHtmlBothInUtf8()
    {
        using var message = Build(new MailContent("s", "<p>é 用户</p>", "é 用户"));

        var parts = Assert.IsType<MultipartAlternative>(message.Body).Cast<TextPart>().ToArray();
        Assert.Equal(["text/plain", "text/html"], parts.Select(part => part.ContentType.MimeType));
        Assert.All(parts, part => Assert.Equal("utf-8", part.ContentType.Charset));
        Assert.All(parts, part => Assert.Equal(ContentEncoding.QuotedPrintable, part.ContentTransferEncoding));
        Assert.Equal(["é 用户", "<p>é 用户</p>"], parts.Select(part => part.Text));
    }

    [Fact]
    public void MessageWithoutHtmlIsPlainText()
    {
        using var message = Build(Content with { Html = null });

        Assert.Equal("text/plain", Assert.IsType<TextPart>(message.Body).ContentType.MimeType);
    }

    [Fact]
    public void MessageWithoutListHasNoListHeaders()
    {
        using var message = Build(Content, headers => headers with { List = null });

        Assert.DoesNotContain(message.Headers, header => header.Field.StartsWith("List-", StringComparison.Ordinal));
    }

    [Fact]
    public void SameMessageHasTheSameBytes()
    {
        using var first = Build(Content);
        using var second = Build(Content);

        Assert.Equal(Text(first), Text(second));
    }

    [Theory]
    [InlineData("Papers\r\nBcc: mallory@example.net")]
    [InlineData("Papers\nBcc: mallory@example.net")]
    [InlineData("Papers\rBcc: mallory@example.net")]
    public void LineBreaksInValuesCannotInjectHeaders(string text)
    {
        using var message = Build(Content with { Subject = text }, headers => headers with
        {
            From = new MailboxAddress(text, "digest@papers.example.org"),
            FeedbackId = text,
            List = headers.List! with { Name = text },
        });

        var raw = Text(message);
        using var parsed = MimeMessage.Load(
            new MemoryStream(Encoding.UTF8.GetBytes(raw)), TestContext.Current.CancellationToken);
        Assert.Empty(parsed.Bcc);
        Assert.DoesNotContain(raw.Split('\n'), line => line.StartsWith("Bcc", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain('\r', raw.Replace("\r\n", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Ünïcode \"Quoted\" <b>", "\"ncode Quoted b\" <digest.papers.example.org>")]
    [InlineData("用户", "<digest.papers.example.org>")]
    public void ListNameIsReducedToAscii(string name, string header)
    {
        using var message = Build(Content, headers => headers with { List = headers.List! with { Name = name } });

        Assert.Equal(header, message.Headers["List-Id"]);
    }

    [Fact]
    public void LinesAreAsciiAndAtMost998OctetsLong()
    {
        var word = new string('w', 3000);
        var text = string.Concat(Enumerable.Repeat("用户 é ", 400)) + word;
        using var message = Build(new MailContent(text, $"<p>{text}</p>", text));

        Assert.All(Text(message).Split('\n'), line =>
        {
            Assert.True(Encoding.UTF8.GetByteCount(line.TrimEnd('\r')) <= 998, line);
            Assert.True(line.All(char.IsAscii), line);
        });
        Assert.Equal(text, message.TextBody);
        Assert.Equal(text, message.Subject);
    }

    /// <summary>RFC 2045 section 6.7, RFC 2047 section 2 and RFC 5322 section 2.1.1.</summary>
    [Fact]
    public void LinesAreAsShortAsTheStandardsRecommend() => Gen.Select(Hostile.Text, Hostile.Text).Sample(
        (text, name) =>
        {
            var site = name[..Math.Min(name.Length, 60)];
            using var message = Build(new MailContent(text, $"<p>{text}</p>", text), headers => headers with
            {
                From = new MailboxAddress(site, "digest@papers.example.org"),
            });

            var (header, body) = Text(message).ReplaceLineEndings("\n").Split("\n\n", 2) switch
            {
                [var first, var second] => (first, second),
                _ => ("", ""),
            };
            Assert.All(header.Split('\n').Where(line => line.Contains("=?", StringComparison.Ordinal)),
                line => Assert.True(line.Length <= 76, $"{line.Length}: {line}"));
            Assert.All(body.Split('\n'), line => Assert.True(line.Length <= 76, $"{line.Length}: {line}"));
        }, iter: Cases.Slow);

    [Fact]
    public void TemplateLineEndingsDoNotMatter()
    {
        using var unix = Build(new MailContent("s", "<p>\nx\n</p>", "a\nb\n"));
        using var windows = Build(new MailContent("s", "<p>\r\nx\r\n</p>", "a\r\nb\r\n"));

        Assert.Equal(Text(unix), Text(windows));
    }

    private static string Text(MimeMessage message)
    {
        using var stream = new MemoryStream();
        message.WriteTo(stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static MimeMessage Build(MailContent content, Func<MailHeaders, MailHeaders>? change = null)
    {
        var headers = new MailHeaders
        {
            From = new MailboxAddress("Papers Daily", "digest@papers.example.org"),
            To = new MailboxAddress("", "ada@example.net"),
            ReplyTo = new MailboxAddress("", "answers@papers.example.org"),
            MessageId = "daily-2026-11-23.7@papers.example.org",
            Date = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero),
            FeedbackId = "2026-11-23:daily:papers.example.org:trendingmail",
            List = new ListHeaders
            {
                Id = "digest.papers.example.org",
                Name = "Papers Daily",
                UnsubscribeUrl = "https://papers.example.org/unsubscribe/t",
                UnsubscribeMailto = "mailto:answers@papers.example.org?subject=unsubscribe%20t",
                ArchiveUrl = "https://papers.example.org/papers/2026-11-23",
                HelpUrl = "mailto:help@papers.example.org?subject=help",
            },
        };
        return MimeBuilder.Build(content, change is null ? headers : change(headers));
    }
}
