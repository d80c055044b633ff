using System.Text;
using System.Text.Json;
using MimeKit;

namespace TrendingMail.SystemTests.Mail;

/// <summary>Whether a mail is well-formed in the eyes of two parsers that know nothing of each other.</summary>
internal static class WellFormed
{
    /// <summary>RFC 5322 section 2.1.1, without the line's end.</summary>
    private const int LongestLine = 998;

    /// <summary>Gmail cuts off what is longer.</summary>
    private const int LargestMail = 100 * 1024;

    public static async Task AssertAsync(Arrival mail)
    {
        Assert.All(mail.Bytes, value => Assert.True(Ascii.IsValid(value), "the mail is not 7-bit clean"));
        Assert.True(LineLengths(mail.Bytes).Max() <= LongestLine, "a line is too long");
        Assert.True(mail.Bytes.Length < LargestMail, $"the mail has {mail.Bytes.Length} bytes");

        var body = Assert.IsType<MultipartAlternative>(mail.Message.Body);
        Assert.Equal(["text/plain", "text/html"], body.Select(part => part.ContentType.MimeType));
        Assert.False(string.IsNullOrWhiteSpace(mail.Message.TextBody));
        await AssertPythonAgreesAsync(mail);
    }

    private static async Task AssertPythonAgreesAsync(Arrival mail)
    {
        var python = Need.Program("python3", "python3");
        var script = Path.Combine(AppContext.BaseDirectory, "Mail", "read_mail.py");
        var read = JsonElement.Parse((await Child.RunAsync(python, script, mail.File)).Well().Output);

        Assert.Empty(read.GetProperty("defects").EnumerateArray());
        Assert.Equal(mail.Message.Subject, read.GetProperty("subject").GetString());
        Assert.Equal(
            [
                ("multipart/alternative", null),
                ("text/plain", Lines(mail.Message.TextBody)),
                ("text/html", Lines(mail.Message.HtmlBody)),
            ],
            read.GetProperty("parts").EnumerateArray().Select(part =>
                (part.GetProperty("type").GetString(), Lines(part.GetProperty("text").GetString()))));
    }

    private static string? Lines(string? text) => text?.ReplaceLineEndings("\n").TrimEnd();

    private static IEnumerable<int> LineLengths(byte[] bytes) =>
        Encoding.ASCII.GetString(bytes).Split('\n').Select(line => line.TrimEnd('\r').Length);
}
