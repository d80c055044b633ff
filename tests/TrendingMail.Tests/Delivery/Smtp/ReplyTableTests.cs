using System.Text;
using System.Text.RegularExpressions;
using TrendingMail.Delivery.Replies;
using TrendingMail.Delivery.Smtp.Exchange;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Delivery.Smtp;

/// <summary>
/// Replies of real servers, and odd ones: how each is read, what it means, and that the next is in step.
/// </summary>
public sealed class ReplyTableTests
{
    private static readonly string[][] Rows =
    [
        .. File.ReadLines(Path.Combine(Repository.Tests, "Delivery", "Smtp", "replies.tsv"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t')),
    ];

    public static TheoryData<string, string, string, string> Replies =>
        [.. Rows.Select(row => new TheoryDataRow<string, string, string, string>(row[0], row[1], row[2], row[3]))];

    public static TheoryData<string, string> Rejections =>
    [
        .. Rows.Where(row => row[1] == "rejected" && !row[0].Contains("\\n", StringComparison.Ordinal))
            .Select(row => new TheoryDataRow<string, string>(row[0], row[3])),
    ];

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task AReplyIsReadAndJudged(string reply, string outcome, string status, string reason)
    {
        var isCutOff = outcome == "lost" || reply.EndsWith("\\n55", StringComparison.Ordinal);
        using var stream = new MemoryStream(Unescape(reply + (isCutOff ? "" : @"\r\n354 next\r\n")));
        var reader = new ReplyReader(stream);

        var (actual, read) = await JudgeAsync(reader);

        Assert.Equal(outcome, actual);
        if (outcome is not ("malformed" or "lost"))
        {
            Assert.Equal(status, read.Status ?? "-");
            Assert.Equal(reason, read.IsPositive ? "-" : read.Diagnose().Reason.ToColumn());
            Assert.DoesNotContain(read.Text, char.IsControl);
            Assert.Equal(read, SmtpReply.Parse(read.ToString()));
            if (!isCutOff)
            {
                Assert.Equal("354 next", (await reader.ReadAsync(TestContext.Current.CancellationToken)).ToString());
            }
        }
    }

    /// <summary>A reply during the session means the same as one in a report or an event.</summary>
    [Theory]
    [MemberData(nameof(Rejections))]
    public void ARejectionOfTheSenderPausesAndDoesNotScore(string reply, string reason)
    {
        var isSenderLevel = ColumnTypes.FromColumn<BounceReason>(reason).IsSenderLevel();

        Assert.Equal(
            isSenderLevel && reason is not ("too_big" or "content_error"), SmtpReply.Parse(reply).IsSenderLevel);
        Assert.Equal(
            isSenderLevel, DiagnosticInterpreter.Interpret(null, $"smtp; {reply}", []).Reason.IsSenderLevel());
    }

    private static async Task<(string Outcome, SmtpReply Reply)> JudgeAsync(ReplyReader reader)
    {
        try
        {
            var reply = await reader.ReadAsync(TestContext.Current.CancellationToken);
            return (ReplyOutcome.From(reply).GetType().Name.ToLowerInvariant(), reply);
        }
        catch (FormatException)
        {
            return ("malformed", default);
        }
        catch (EndOfStreamException)
        {
            return ("lost", default);
        }
    }

    private static byte[] Unescape(string text) => Encoding.Latin1.GetBytes(Regex.Unescape(text));
}
