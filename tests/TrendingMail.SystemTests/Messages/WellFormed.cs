using System.Text;
using System.Text.Json;
using MimeKit;

namespace TrendingMail.SystemTests.Messages;

/// <summary>Checks that a message is well-formed, with two independent parsers.</summary>
internal static class WellFormed
{
    /// <summary>RFC 5322 section 2.1.1, excluding CRLF.</summary>
    private const int MaximumLineLength = 998;

    /// <summary>Gmail clips longer messages.</summary>
    private const int MaximumSize = 100 * 1024;

    public static async Task AssertAsync(ReceivedMessage mail)
    {
        Assert.All(mail.Bytes, value => Assert.True(Ascii.IsValid(value), "the message is not 7-bit clean"));
        Assert.True(LineLengths(mail.Bytes).Max() <= MaximumLineLength, "a line is too long");
        Assert.True(mail.Bytes.Length < MaximumSize, $"the message has {mail.Bytes.Length} bytes");

        var body = Assert.IsType<MultipartAlternative>(mail.Message.Body);
        Assert.Equal(["text/plain", "text/html"], body.Select(part => part.ContentType.MimeType));
        Assert.False(string.IsNullOrWhiteSpace(mail.Message.TextBody));
        await AssertPythonAgreesAsync(mail);
    }

    private static async Task AssertPythonAgreesAsync(ReceivedMessage mail)
    {
        var python = Require.Program("python3", "python3");
        var script = Path.Combine(AppContext.BaseDirectory, "Messages", "read_mail.py");
        var read = JsonElement.Parse((await Child.RunAsync(python, script, mail.File)).EnsureSuccess().Output);

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
