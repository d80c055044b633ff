using System.Text;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Import.Files;
using TrendingMail.Subscribers.Import.Lines;

namespace TrendingMail.Tests.Subscribers.Import;

public sealed class ImportEncodingTests
{
    private const string German = "email,authors\nj@example.org,Jürgen Müller\nb@example.org,Zoë Größe\n";

    static ImportEncodingTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("windows-1252", "windows-1252", German, "j@example.org,Jürgen Müller")]
    [InlineData("iso-8859-1", "windows-1252", German, "j@example.org,Jürgen Müller")]
    [InlineData("macintosh", "macintosh", German, "j@example.org,Jürgen Müller")]
    [InlineData("gbk", "gb18030", "email,authors\nj@example.org,王小明\nb@example.org,李雷和韩梅梅\n", "j@example.org,王小明")]
    [InlineData("shift_jis", "shift_jis", "email,authors\nj@example.org,山田太郎\nb@example.org,すずきはなこ\n",
        "j@example.org,山田太郎")]
    [InlineData("iso-2022-jp", "iso-2022-jp", "email,authors\nj@example.org,山田太郎\n", "j@example.org,山田太郎")]
    [InlineData("windows-1251", "windows-1251", "email,authors\nj@example.org,Иван Петров\nb@example.org,Мария\n",
        "j@example.org,Иван Петров")]
    [InlineData("utf-16", "utf-16", German, "email,authors")]
    [InlineData("utf-16BE", "utf-16BE", German, "email,authors")]
    public void AListThatIsNotUtf8IsRejectedWithASuggestionAndReadWithIt(
        string encoding, string suggestion, string text, string shown)
    {
        var bytes = Encoding.GetEncoding(encoding).GetBytes(text);

        foreach (var isSeekable in (bool[])[true, false])
        {
            var fault = Assert.Throws<TrendingMailException>(() => Read(bytes, null, isSeekable));
            Assert.Contains("is not UTF-8", fault.Message, StringComparison.Ordinal);
            Assert.Contains($"--encoding {suggestion},", fault.Message, StringComparison.Ordinal);
            Assert.Contains(shown, fault.Message, StringComparison.Ordinal);
        }

        var author = Read(bytes, suggestion)[0].Subscriber!.Interests[0].Value;
        Assert.Equal(text.Split('\n')[1].Split(',')[1], author);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void AByteOrderMarkSaysTheEncoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);

        var lines = Read([.. encoding.GetPreamble(), .. encoding.GetBytes(German)], null);

        Assert.Equal(["Jürgen Müller", "Zoë Größe"], lines.Select(line => line.Subscriber!.Interests[0].Value));
    }

    [Fact]
    public void NothingIsReadOfAListWithABrokenCharacterFarDown()
    {
        var text = $"email,authors\n{string.Concat(Enumerable.Range(0, 5_000).Select(i => $"r{i}@example.org,Zoë\n"))}";
        byte[] bytes = [.. Encoding.UTF8.GetBytes(text), .. "j@example.org,J"u8, 0xFC, .. "rgen\n"u8];
        var lines = new List<ImportLine>();

        var fault = Assert.Throws<TrendingMailException>(() =>
        {
            foreach (var line in new ImportFile(new MemoryStream(bytes), new ImportFileOptions()).Read(
                new Preferences()))
            {
                lines.Add(line);
            }
        });

        Assert.Empty(lines);
        Assert.Contains("line 5002", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACharacterThatTwoReadsSplitIsValid()
    {
        var bytes = Encoding.UTF8.GetBytes("email,authors\nj@example.org,Zoë 王 🙂\n");

        for (var size = 1; size < 8; size++)
        {
            using var stream = new Utf8ValidatingStream(new MemoryStream(bytes));
            using var copy = new MemoryStream();
            stream.CopyTo(copy, size);
            Assert.Equal(bytes, copy.ToArray());
            using var cut = new Utf8ValidatingStream(new MemoryStream(bytes[..^2]));
            Assert.Throws<TrendingMailException>(() => cut.CopyTo(Stream.Null, size));
        }
    }

    [Fact]
    public void BytesThatTheGivenEncodingDoesNotHaveAreAFaultOfTheFile() => Assert.Contains("Check --encoding",
        Assert.Throws<TrendingMailException>(() => Read(Encoding.Latin1.GetBytes(German), "utf-8")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void AWorkbookIsNamed() => Assert.Contains("Excel workbook",
        Assert.Throws<TrendingMailException>(() => Read([.. "PK\x03\x04\x14\x00"u8, .. new byte[100]], null)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void AnUnknownEncodingIsNotAccepted() =>
        Assert.Equal([true, true, true, false],
            new[] { "macintosh", "gbk", "UTF-16", "latin-nine" }.Select(ImportFile.IsEncoding));

    private static List<ImportLine> Read(byte[] bytes, string? encoding, bool isSeekable = true)
    {
        Stream stream = new MemoryStream(bytes);
        return
        [
            .. new ImportFile(
                isSeekable ? stream : new ForwardOnlyStream(stream), new ImportFileOptions { Encoding = encoding })
                .Read(new Preferences()),
        ];
    }

    /// <summary>A stream that is read once, such as standard input.</summary>
    private sealed class ForwardOnlyStream(Stream source) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => source.Read(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
