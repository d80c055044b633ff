using System.Text;
using TrendingMail.Inbound.Classification;

namespace TrendingMail.Tests.Inbound.Classification;

/// <summary>The classifier accepts any bytes without throwing, and its memory use is bounded.</summary>
public sealed class HostileMailTests
{
    private const int Megabyte = 1 << 20;

    public static TheoryData<string> Kinds => [.. Hostile.Keys];

    private static readonly Dictionary<string, Func<byte[]>> Hostile = new()
    {
        ["nothing"] = () => [],
        ["one byte"] = () => [0],
        ["zeroes"] = () => new byte[Megabyte],
        ["random bytes"] = () => Random(7, Megabyte),
        ["an unknown charset"] = () => Mail(
            "Content-Type: text/plain; charset=klingon-9\nContent-Transfer-Encoding: base64\n\n4pyT4pyT"),
        ["a wrong charset"] = () => [.. Mail("Content-Type: text/plain; charset=iso-2022-jp\n\n"), .. Random(8, 5000)],
        ["a thousand nested parts"] = () => Mail(string.Concat(Enumerable.Range(0, 1000).Select(i =>
            $"Content-Type: multipart/mixed; boundary=\"b{i}\"\n\n--b{i}\n"))),
        ["a thousand nested messages"] = () => Mail(
            string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\n\n", 1000))),
        ["ten thousand parts"] = () => Mail("Content-Type: multipart/mixed; boundary=b\n\n" +
            string.Concat(Enumerable.Repeat("--b\nContent-Type: text/plain\n\nx\n", 10_000))),
        ["a part that never ends"] = () => Mail(
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: " +
            "message/delivery-status\n\nFinal-Rec"),
        ["ten thousand headers"] = () => Mail(
            string.Concat(Enumerable.Range(0, 10_000).Select(i => $"X-{i}: {i}\n")) + "\nx"),
        ["a header of a megabyte"] = () => Mail($"Subject: {new string('=', Megabyte)}\n\nx"),
        ["encoded words without end"] = () => Mail(
            $"Subject: {string.Concat(Enumerable.Repeat("=?utf-8?q?=", 50_000))}\n\nx"),
        ["ten thousand addresses"] = () => Mail(
            "\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"<u{i}@shop.example>:\n"))),
        ["at signs"] = () => Mail($"\n{new string('@', 200_000)}"),
        ["angle brackets"] = () => Mail($"Content-Type: text/html\n\n{new string('<', 200_000)}"),
        ["open styles"] = () => Mail(
            $"Content-Type: text/html\n\n{string.Concat(Enumerable.Repeat("<style>", 20_000))}"),
        ["fifty megabytes"] = () => Mail($"\n{new string('x', 50 * Megabyte)}"),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void HostileInputIsClassified(string kind)
    {
        var bytes = Hostile[kind]();

        var result = Classifier.Classify(bytes);

        Assert.True(result.Kind is InboundKind.Other or InboundKind.Bounce, result.Kind.ToString());
        Assert.InRange(result.Recipients.Count, 0, 100);
    }

    [Fact]
    public void RandomBytesAreClassifiedAsOther() =>
        Assert.Equal(InboundKind.Other, Classifier.Classify(Random(9, 1000)).Kind);

    [Fact]
    public void MemoryUseIsBoundedForLongMessages()
    {
        var bytes = Hostile["fifty megabytes"]();
        Classifier.Classify(bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Classifier.Classify(bytes);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * Megabyte);
    }

    /// <summary>A short, reproducible version of the fuzz run in docs/deliverability.md.</summary>
    [Fact]
    public void MutatedMessagesAreClassified()
    {
        var mails = Directory.EnumerateFiles(Path.Combine(Repository.Tests, "Inbound", "Mails"), "*.eml")
            .Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        var mutator = new MessageMutator(mails, 20261123);
        for (var i = 0; i < 3000; i++)
        {
            Assert.InRange(Classifier.Classify(mutator.Next()).Recipients.Count, 0, 100);
        }
    }

    private static byte[] Mail(string rest) =>
        Encoding.UTF8.GetBytes($"From: mailer-daemon@shop.example\nMIME-Version: 1.0\n{rest}");

    private static byte[] Random(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
