using System.Text;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Tests.Inbound.Mailboxes;

public sealed class MailFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task FileIsOneMessage() =>
        Assert.Equal(["Subject: a\n\nFrom here on\n"],
            await ReadTextsAsync(folder.Write("a.eml", "Subject: a\n\nFrom here on\n")));

    [Fact]
    public async Task MboxIsSplitAtSeparatorsButNotAtSentences()
    {
        const string Mbox = """
            From ada@shop.example Mon Nov 23 07:10:00 2026
            Subject: a

            From here on.

            From what I saw, fine.
            From bo@shop.example Mon Nov 23 07:11:00 2026

            From bo@shop.example Mon Nov 23 07:11:00 2026
            Subject: b

            two

            """;

        var texts = await ReadTextsAsync(folder.Write("mbox", Mbox));

        Assert.Equal(2, texts.Count);
        Assert.Contains("From what I saw", texts[0], StringComparison.Ordinal);
        Assert.Contains("Subject: b", texts[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task MaildirIsReadFromNewAndCur()
    {
        foreach (var name in (string[])["new", "cur", "tmp"])
        {
            Directory.CreateDirectory(folder.File(name));
            folder.Write(Path.Combine(name, "1"), $"Subject: {name}\n\n");
        }

        Assert.Equal(["Subject: new\n\n", "Subject: cur\n\n"], await ReadTextsAsync(folder.Path));
    }

    [Fact]
    public async Task LongMessageIsTruncated()
    {
        using var stream = new MemoryStream([.. "Subject: a\n\n"u8, .. new byte[MailFiles.MaximumBytes]]);

        var mails = await MailFiles.ReadAsync(stream, "-", TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(MailFiles.MaximumBytes, Assert.Single(mails).Bytes.Length);
    }

    [Fact]
    public async Task MissingPathIsReported() =>
        Assert.Contains("There is no file or folder", (await Assert.ThrowsAsync<TrendingMailException>(
            () => ReadTextsAsync(folder.File("none")))).Message, StringComparison.Ordinal);

    private static async Task<List<string>> ReadTextsAsync(string path) =>
        await MailFiles.ReadAsync(path, TestContext.Current.CancellationToken)
            .Select(mail => Encoding.UTF8.GetString(mail.Bytes.Span))
            .ToListAsync(TestContext.Current.CancellationToken);
}
